import { connectTo } from './connect.ts'
import { taggedHost } from './script-host.ts'

export { createConnect } from './connect.ts'
export type { Connect, ConnectOptions, ResumeOptions } from './connect.ts'
export * from './public-errors.ts'
export type {
  AddSourceOptions,
  DiscoveryOptions,
  FlowOptions,
  ProgressEvent,
  SourceOptions,
} from './options.ts'
export type { AuthorizeRefusalReason, PageErrorCode, TokenRefusalReason } from '@bobbin/shared/page-errors'
export type { CloseCertainty, CloseReason, SourceResult } from '@bobbin/shared/window-protocol'

/** The same functions for the host that the script tag names (`data-host`); modules use `createConnect`. */
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
} = connectTo(taggedHost())
