import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { SettingFaults } from '@bobbin/shared/setting-faults'
import type { Values } from '@bobbin/shared/setting-rules'
import {
  authMethodName,
  chosenMethod,
  infoFor,
  meantMethod,
  offering,
} from '../../../connectors/auth-methods.ts'
import { AppError } from '../../ground/app-error.ts'

/**
 * Settings with how one signs in, where nobody has said it: by what is given for one method alone, as what is stored does, or
 * else by the first method that can be used. The form does not ask where no choice is left.
 */
export function withMethod(
  info: ConnectorInfo,
  given: Values,
  usable: readonly AuthMethod[],
  stored: Values | null = null,
): Record<string, string> {
  if (info.auth_methods.length === 1 || given[authMethodName]) return { ...given }
  const before = stored && chosenMethod(info, stored).key
  const method = meantMethod(info, given) ?? before ?? usable[0]?.key ?? info.auth_methods[0].key
  // What is so anyway need not be stored.
  const isUsual = stored === null && method === info.auth_methods[0].key
  return isUsual ? { ...given } : { ...given, [authMethodName]: method }
}

/** The info as a new source has it where one can sign in by these methods: the first of them, unless another is chosen. */
export function offeringNew(info: ConnectorInfo, usable: readonly AuthMethod[]): ConnectorInfo {
  if (usable.length === info.auth_methods.length) return info
  return offering(infoFor(info, withMethod(info, {}, usable)), usable, null)
}

/** The fault of settings that sign in by what has no client any more, unless they did so before. */
export function methodFaults(
  info: ConnectorInfo,
  settings: Values,
  usable: readonly AuthMethod[],
  before: Values | null = null,
): SettingFaults {
  const { key, title } = chosenMethod(info, settings)
  if (usable.some((method) => method.key === key)) return {}
  if (before && chosenMethod(info, before).key === key) return {}
  return { [authMethodName]: { rule: 'no_client', parameters: { method: title } } }
}

/** Nobody could ever sign in to a source of the type. */
export function noClient({ type, name }: Pick<ConnectorInfo, 'type' | 'name'>): AppError<'Unavailable'> {
  return new AppError('Unavailable', {
    message: `${name} cannot be connected at present: there is no OAuth client for it.`,
    data: { reason: 'no_client', type },
  })
}
