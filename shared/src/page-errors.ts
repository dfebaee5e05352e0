/**
 * The errors that reach a customer page. The client builds one class from each row, so this module
 * carries no schema library and no server text.
 *
 * `sentence` is the `message` of the class. The first five are Stitch Connect's own, to the letter;
 * `<id>` and `<type>` are filled in by the client.
 */
export const pageErrors = {
  AppClosedPrematurely: { retryable: true, sentence: 'App closed before reaching end of flow.' },
  SourceNotFound: { retryable: false, sentence: 'Integration with id <id> not found.' },
  UnknownSourceType: { retryable: false, sentence: 'Unknown source type: "<type>".' },
  UpgradeEphemeralToken: { retryable: true, sentence: 'Error upgrading ephemeral token.' },
  AuthorizeFailure: { retryable: true, sentence: 'Error authorizing connection.' },
  AppWindowBlocked: { retryable: true, sentence: 'The browser blocked the window.' },
  AppLoadTimeout: { retryable: true, sentence: 'The window did not load in time.' },
  OriginNotAllowed: { retryable: false, sentence: 'This origin may not open the app.' },
  FlowExpired: { retryable: true, sentence: 'The flow expired.' },
  FlowSuperseded: { retryable: true, sentence: 'The flow was claimed twice.' },
  UnsupportedBrowser: { retryable: false, sentence: 'The browser is not supported.' },
  SandboxedContext: { retryable: false, sentence: 'The page has no origin.' },
  CookiesBlocked: { retryable: true, sentence: 'The browser blocked the cookies.' },
  RelayUnreachable: { retryable: true, sentence: 'The host cannot be reached.' },
  InvalidOptions: { retryable: false, sentence: 'The options are not valid.' },
  Internal: { retryable: true, sentence: 'Something went wrong on our side.' },
} as const

export type PageErrorCode = keyof typeof pageErrors

/** Why an ephemeral token was refused; `unavailable` is the client's own (its token function failed). */
export const tokenRefusalReasons = [
  'expired',
  'used',
  'invalid',
  'out_of_scope',
  'origin',
  'unavailable',
] as const
export type TokenRefusalReason = (typeof tokenRefusalReasons)[number]

/** Why the provider did not grant. */
export const authorizeRefusalReasons = [
  'denied',
  'expired',
  'invalid',
  'provider_error',
  'misconfigured',
  'approval_needed',
  'scope_missing',
  'interrupted',
  'unreachable',
] as const
export type AuthorizeRefusalReason = (typeof authorizeRefusalReasons)[number]
