/** The errors that pages meet, by hand: everything else of `errors.ts` is ours alone. */
export {
  AppClosedPrematurelyError,
  AppLoadTimeoutError,
  AppWindowBlockedError,
  AuthorizeFailureError,
  FlowExpiredError,
  FlowSupersededError,
  InternalError,
  InvalidOptionsError,
  isBobbinError,
  OriginNotAllowedError,
  RelayUnreachableError,
  SourceNotFoundError,
  UnknownSourceTypeError,
  UpgradeEphemeralTokenError,
} from './errors.ts'
export type { BobbinError, BobbinErrorClass, CommonFields, ErrorFields } from './errors.ts'
