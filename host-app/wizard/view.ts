import type { ErrorCode } from '@bobbin/shared/errors'
import type { WizardStep } from '@bobbin/shared/steps'
import type { ScreenName } from './screens/screen-files.ts'
import { isFor } from './failure-reason.ts'
import { stageOf, type Ending, type EndingError, type WizardState } from './wizard-state.ts'

/** The one screen that the state calls for. */
export function screenOf(state: WizardState): ScreenName {
  if (endingOf(state)) return 'notice'
  if (!state.flow) return state.connector ? 'form' : 'preparing'
  return state.flow.step
}

/** Whether the person is asked for consent; the screen underneath stays as it is, typed text and all. */
export function isConsentAsked(state: WizardState): boolean {
  return stageOf(state) === 'consenting' && !endingOf(state)
}

/** Whether the question stands that **Cancel** asks; what has ended meanwhile is not asked about. */
export function isCancelAsked(state: WizardState): boolean {
  const { cancelling, flow } = state
  const isOver = endingOf(state) !== null || flow?.status === 'completed'
  return !isOver && (cancelling === 'asking' || cancelling === 'failed')
}

/** Why the flow ended, or can no longer be walked here; null while it goes on and when it is completed. */
export function endingOf({ ending, flow }: WizardState): Ending | null {
  if (flow?.outcome?.kind === 'failed') return endingOfError(flow.outcome.error) ?? { notice: 'failed' }
  if (flow?.outcome?.kind === 'cancelled' && flow.outcome.discarded) return { notice: 'discarded' }
  if (flow?.status === 'cancelled') return { notice: 'cancelled' }
  if (flow?.status === 'failed') return { notice: 'failed' }
  if (flow?.status === 'completed') return null
  return ending
}

/** The ending that an error means; null for an error that can be got over. */
export function endingOfError(error: EndingError): Ending | null {
  const notice = endings[error.code]
  if (notice) return { notice, error }
  if (isFor(error, 'Conflict', 'elsewhere')) return { notice: 'elsewhere' }
  return null
}

const endings: { readonly [code in ErrorCode | 'Unreachable']?: Ending['notice'] } = {
  NotFound: 'expired',
  FlowExpired: 'expired',
  AppLoadTimeout: 'unclaimed',
  FlowSuperseded: 'stopped',
  OriginNotAllowed: 'origin_refused',
  CookiesBlocked: 'cookies_blocked',
  UpgradeEphemeralToken: 'refused',
  SourceNotFound: 'refused',
  UnknownSourceType: 'refused',
  InvalidOptions: 'refused',
}

/** Whether nothing that this document could still hear would change the ending. */
export function isFinal({ notice }: Ending): boolean {
  return (
    notice === 'elsewhere' || notice === 'superseded' || notice === 'expired' || notice === 'cookies_blocked'
  )
}

/** Whether the connection is lost and something still waits for it. */
export function isReconnecting(state: WizardState): boolean {
  const ending = endingOf(state)
  return !state.isOnline && !(ending && isFinal(ending))
}

/** The steps of the navigation, and which of them is the current one. */
export function stepsOf({ flow, connector }: WizardState): {
  steps: readonly WizardStep[]
  current: WizardStep | 'done'
} {
  return { steps: flow?.steps ?? connector?.steps ?? [], current: flow?.step ?? 'form' }
}
