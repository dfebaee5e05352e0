/** The errors that pages meet, by hand: everything else of `errors.ts` is ours alone. */
export {
  AppClosedPrematurelyError,
  AppLoadTimeoutError,
  AppWindowBlockedError,
  AuthorizeFailureError,
  CookiesBlockedError,
  FlowExpiredError,
  FlowSupersededError,
  InternalError,
  InvalidOptionsError,
  isBobbinError,
  OriginNotAllowedError,
  RelayUnreachableError,
  SandboxedContextError,
  SourceNotFoundError,
  UnknownSourceTypeError,
  UnsupportedBrowserError,
  UpgradeEphemeralTokenError,
} from './errors.ts'
export type { BobbinError, BobbinErrorClass, CommonFields, ErrorFields } from './errors.ts'
