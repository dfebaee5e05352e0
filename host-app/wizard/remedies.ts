import type { CheckFailure } from '@bobbin/shared/check'
import type { ErrorCode } from '@bobbin/shared/errors'
import type { Refusal } from '@bobbin/shared/flow'
import type { CallError } from './api-client.ts'

/** What helps after a failure, and so is the first thing offered: the same again, other settings, or nothing that can be done here. */
type Remedy = 'again' | 'settings' | 'nothing'

/**
 * The one table of failures that the same again does not help against: of checks, trips to the provider, and calls.
 * All others may pass by themselves, or by what the person does elsewhere.
 */
const remedies: Readonly<Partial<Record<ErrorCode | Refusal['reason'], Remedy>>> = {
  HostNotFound: 'settings',
  AddressNotAllowed: 'settings',
  TlsRequired: 'settings',
  TlsNotSupported: 'settings',
  TlsUntrusted: 'settings',
  HostKeyUnverified: 'settings',
  EncryptionNotSupported: 'settings',
  SettingUnusable: 'settings',
  FileMalformed: 'settings',
  CredentialsRejected: 'settings',
  SignInRefused: 'settings',
  ClientCertificateRejected: 'settings',
  DatabaseNotFound: 'settings',
  AuthenticationNotSupported: 'settings',
  ProtocolViolation: 'settings',
  AnswerTooLarge: 'settings',
  AppMisconfigured: 'nothing',
  misconfigured: 'nothing',
  approval_needed: 'nothing',
  AccessDenied: 'nothing',
  BadRequest: 'nothing',
  InvalidBody: 'nothing',
  InvalidProperties: 'nothing',
  NotFound: 'nothing',
}

export const remedyOf = (code: CallError['code'] | Refusal['reason']): Remedy =>
  (code === 'Unreachable' ? undefined : remedies[code]) ?? 'again'

/** Where a setting is named, that comes first; what may not be edited here helps nobody. */
export function remedyOfCheck(
  failure: Pick<CheckFailure, 'code' | 'field'> | null,
  mayEdit: boolean,
): Remedy {
  if (!failure) return 'again'
  const remedy = failure.field === null ? remedyOf(failure.code) : 'settings'
  return remedy === 'settings' && !mayEdit ? 'nothing' : remedy
}

/**
 * Whether the person needs help: nobody knows why, or it is for the app's makers to mend. Who helps needs the request.
 */
export function needsHelp(code: CallError['code'] | Refusal['reason']): boolean {
  return helpless.includes(code)
}

const helpless: readonly string[] = [
  'Internal',
  'CheckFailed',
  'CheckCrashed',
  'AppMisconfigured',
  'misconfigured',
]
