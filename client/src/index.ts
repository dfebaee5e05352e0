import { connectTo, createConnect } from './connect.ts'
import { scriptHost } from './script-host.ts'

export { createConnect }
export type { Connect, ConnectOptions, ResumeOptions } from './connect.ts'
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
export type {
  AddSourceOptions,
  DiscoveryOptions,
  FlowOptions,
  ProgressEvent,
  SourceOptions,
} from './options.ts'
export type { PageErrorCode, TokenRefusalReason } from '@bobbin/shared/page-errors'
export type { CloseReason, SourceResult } from '@bobbin/shared/window-protocol'

/** The same functions for the host that the script tag names; in modules use `createConnect`. */
export const {
  addSource,
  authorizeSource,
  onlyAuthorizeSource,
  displayDiscoveryOutputForSource,
  selectStreamsForSource,
  editSource,
  resume,
  isOpen,
  focus,
  close,
} = connectTo(scriptHost())
