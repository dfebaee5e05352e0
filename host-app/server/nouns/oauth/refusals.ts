import { errorReasons, type ReasonOf } from '@bobbin/shared/error-reasons'
import type { Refusal } from '@bobbin/shared/flow'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'

/** A refusal in our own words: what the provider wrote is never shown. */
export function refusalOf(reason: ReasonOf<'AuthorizeFailure'>, providerCode: string | null = null): Refusal {
  return { reason, provider_code: providerCode, message: errorReasons.AuthorizeFailure[reason].sentence }
}

/** An error code of a provider, if it looks like one. Text of any other kind may hold anything. */
export function readProviderCode(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,100}$/.test(value) ? value : null
}

/** What a callback's `error` says: the person declined, or something is wrong at the provider. */
export function readRefusal({ quirks }: Pick<OAuthProvider, 'quirks'>, error: string): Refusal {
  const isDenied = error === 'access_denied' || quirks?.deniedCodes?.includes(error) === true
  return refusalOf(isDenied ? 'denied' : 'provider_error', readProviderCode(error))
}

/**
 * What a callback without a state says. Nothing ties it to a trip, so nothing is done by it; a code in it is
 * not used, and an error of another issuer not believed.
 */
export function readStatelessRefusal(
  provider: Pick<OAuthProvider, 'issuer' | 'quirks'>,
  { code, error, iss }: Readonly<Record<string, string>>,
): Refusal {
  const isForeign = iss !== undefined && provider.issuer !== null && iss !== provider.issuer
  if (code !== undefined || isForeign) return refusalOf('invalid')
  return error === undefined ? refusalOf('interrupted') : readRefusal(provider, error)
}
