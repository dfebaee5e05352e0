/**
 * The same client under Stitch Connect's names: an old page changes the `src` of one script tag.
 * Stitch's three notes on `default_streams` hold here to the letter: top-level tables only, and only
 * those whose value is exactly `true`.
 */
import { connectTo } from './connect.ts'
import { scriptHost } from './script-host.ts'

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
} = connectTo(scriptHost(), (options) => {
  const { default_streams } = options
  if (!default_streams) return options
  const ticked = Object.entries(default_streams).filter(([, choice]) => choice === true)
  return { ...options, default_streams: Object.fromEntries(ticked) }
})

const steps = ['CREATE', 'EDIT', 'AUTHORIZE', 'ONLY_AUTHORIZE', 'DISCOVER', 'SELECT_STREAMS'] as const

/** Exported by the old client, though never documented: each step's value is its name. */
export const STEPS = Object.fromEntries(steps.map((step) => [step, step]))
