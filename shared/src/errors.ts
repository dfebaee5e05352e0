import { reasonsOf } from './error-reasons.ts'
import { pageErrors } from './page-errors.ts'

/** What is known of a failure before it happens. `status` is null where no HTTP reply carries the code. */
export interface ErrorFacts {
  readonly status: number | null
  readonly retryable: boolean
  /** One sentence for the person who meets the error. */
  readonly sentence: string
}

/** Failures of the REST doors. */
const apiErrors = {
  BadRequest: { status: 400, retryable: false, sentence: 'The request is malformed.' },
  InvalidBody: { status: 400, retryable: false, sentence: 'The body does not have the documented shape.' },
  Unauthorized: { status: 401, retryable: false, sentence: 'A valid access token is needed.' },
  AccessDenied: { status: 403, retryable: false, sentence: 'This is not allowed for the caller.' },
  NotFound: { status: 404, retryable: false, sentence: 'There is nothing here.' },
  Conflict: { status: 409, retryable: true, sentence: 'The request collides with the current state.' },
  ExistingUser: {
    status: 409,
    retryable: false,
    sentence: 'This email address is already associated with an active user.',
  },
  InvalidName: { status: 422, retryable: false, sentence: 'The name cannot be used.' },
  PreconditionFailed: {
    status: 412,
    retryable: false,
    sentence: 'It has changed since it was read. Read it again.',
  },
  InvalidProperties: { status: 422, retryable: false, sentence: 'Some settings are missing or not valid.' },
  InvalidType: { status: 422, retryable: false, sentence: 'The source type is not known.' },
  InvalidDisplayName: { status: 422, retryable: false, sentence: 'The display name cannot be used.' },
  InvalidCronExpression: { status: 422, retryable: false, sentence: 'The cron expression is not valid.' },
  OptionsUnavailable: {
    status: 502,
    retryable: true,
    sentence: 'What there is to choose from could not be read.',
  },
  RateLimited: { status: 429, retryable: true, sentence: 'Too many requests. Wait a moment.' },
  NotOffered: { status: 501, retryable: false, sentence: 'Bobbin does not do this.' },
  Unavailable: { status: 503, retryable: true, sentence: 'The service is not available at the moment.' },
} as const satisfies Record<string, ErrorFacts>

/** Failures of a check, each told to the person in the wizard with the field at fault. */
const checkErrors = {
  HostNotFound: {
    status: null,
    retryable: false,
    sentence: 'No server with this host name could be found. Check the spelling.',
  },
  ConnectionRefused: {
    status: null,
    retryable: true,
    sentence: 'The server refused the connection. Check host and port, and that the server is running.',
  },
  ConnectionTimeout: {
    status: null,
    retryable: true,
    sentence: 'The server did not answer in time. A firewall may be in the way.',
  },
  AddressNotAllowed: {
    status: null,
    retryable: false,
    sentence: 'This address is in a private network, which the operator does not allow.',
  },
  TlsRequired: {
    status: null,
    retryable: false,
    sentence: 'The server only accepts encrypted connections. Turn TLS on.',
  },
  TlsNotSupported: {
    status: null,
    retryable: false,
    sentence: 'The server does not offer encrypted connections. Turn TLS off, or enable it on the server.',
  },
  TlsUntrusted: {
    status: null,
    retryable: false,
    sentence: 'The certificate of the server could not be verified.',
  },
  HostKeyUnverified: {
    status: null,
    retryable: false,
    sentence: 'The key that the server shows is not known to be its own. Nothing secret was sent to it.',
  },
  EncryptionNotSupported: {
    status: null,
    retryable: false,
    sentence: 'The server and we have no kind of encryption in common that is safe.',
  },
  SettingUnusable: { status: null, retryable: false, sentence: 'A setting cannot be used as it is.' },
  FileMalformed: {
    status: null,
    retryable: false,
    sentence: 'A file does not have the form that it should have.',
  },
  CredentialsRejected: {
    status: null,
    retryable: false,
    sentence: 'The server did not accept the user name and password.',
  },
  SignInRefused: {
    status: null,
    retryable: true,
    sentence:
      'The server, or a pooler in front of it, refused the sign-in. Check user, password and database.',
  },
  ClientCertificateRejected: {
    status: null,
    retryable: false,
    sentence: 'The server wants another client certificate, or the one that was given cannot be used.',
  },
  AuthorizationExpired: {
    status: null,
    retryable: false,
    sentence: 'The authorization is no longer valid. Authorize again.',
  },
  DatabaseNotFound: { status: null, retryable: false, sentence: 'There is no database with this name.' },
  PermissionDenied: {
    status: null,
    retryable: false,
    sentence: 'The user is not allowed to read what is needed.',
  },
  NothingFound: {
    status: null,
    retryable: false,
    sentence: 'The connection works, but there is nothing in it that this user may read.',
  },
  ConnectionLost: {
    status: null,
    retryable: true,
    sentence: 'The connection was lost while reading. Try again.',
  },
  TooManyConnections: {
    status: null,
    retryable: true,
    sentence: 'The server has no free connection. Try again in a moment.',
  },
  VendorRateLimited: {
    status: null,
    retryable: true,
    sentence: 'The service asks us to slow down. Try again in a moment.',
  },
  VendorUnavailable: {
    status: null,
    retryable: true,
    sentence: 'The service has a problem at the moment. Try again later.',
  },
  AppMisconfigured: {
    status: null,
    retryable: false,
    sentence:
      'The app is not set up rightly at the service; its makers have been told. Try again another day.',
  },
  AuthenticationNotSupported: {
    status: null,
    retryable: false,
    sentence: 'The server wants a kind of sign-in that is not supported here. Allow sign-in by password.',
  },
  ProtocolViolation: {
    status: null,
    retryable: false,
    sentence:
      'The server gave an answer that is not valid. Check that host and port lead to the right service.',
  },
  AnswerTooLarge: {
    status: null,
    retryable: false,
    sentence: 'The server answered with more than can be read.',
  },
  CheckCrashed: {
    status: null,
    retryable: true,
    sentence: 'The check broke twice, so it was given up. The operator finds the reason in the log.',
  },
  CheckFailed: {
    status: null,
    retryable: true,
    sentence: 'The check failed for a reason we do not recognize.',
  },
} as const satisfies Record<string, ErrorFacts>

const pageErrorStatuses = {
  AppClosedPrematurely: null,
  SourceNotFound: 404,
  UnknownSourceType: 404,
  UpgradeEphemeralToken: 401,
  AuthorizeFailure: 409,
  AppWindowBlocked: null,
  AppLoadTimeout: null,
  OriginNotAllowed: 403,
  FlowExpired: 410,
  FlowSuperseded: 409,
  UnsupportedBrowser: null,
  SandboxedContext: null,
  CookiesBlocked: null,
  RelayUnreachable: null,
  InvalidOptions: 422,
  Internal: 500,
} as const satisfies Record<keyof typeof pageErrors, number | null>

type PageErrorFacts = {
  [code in keyof typeof pageErrors]: (typeof pageErrors)[code] & { status: (typeof pageErrorStatuses)[code] }
}

/**
 * The one list of failures. A code here is the same word in JSON, window messages, logs and docs; its reasons
 * stand in `error-reasons.ts`.
 */
export const errorTable = {
  ...(Object.fromEntries(
    Object.entries(pageErrors).map(([code, facts]) => [
      code,
      { ...facts, status: pageErrorStatuses[code as keyof typeof pageErrors] },
    ]),
  ) as PageErrorFacts),
  ...apiErrors,
  ...checkErrors,
} satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof errorTable
export type CheckErrorCode = keyof typeof checkErrors
export const checkErrorCodes = Object.keys(checkErrors) as [CheckErrorCode, ...CheckErrorCode[]]
export const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]

/** The HTTP status of a code, or of its reason where that has one of its own. A code without one is our own bug. */
export function statusOf(code: ErrorCode, reason?: string): number {
  const own = reason === undefined ? undefined : reasonsOf(code)[reason]?.status
  return (own === undefined ? errorTable[code].status : own) ?? 500
}
