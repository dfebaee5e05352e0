import type { FlowConnector } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import type { WizardStep } from '@bobbin/shared/steps'
import type { Boot, PageNotice } from '@bobbin/shared/wizard-page'
import type { BodyOf, CallError } from './api-client.ts'
import type { CheckProgress } from './check-progress.ts'
import type { FormFaults } from './form/filled-form.ts'

/** What the person (or the check's screen for them) wants done next. One at a time. */
export type Intent =
  | { readonly name: 'saveForm'; readonly body: BodyOf<'saveForm'> }
  | { readonly name: 'saveSelection'; readonly body: BodyOf<'saveSelection'> }
  | { readonly name: 'saveChoices'; readonly body: BodyOf<'saveChoices'> }
  | { readonly name: 'startCheck' }
  | { readonly name: 'finishCheck' }
  | { readonly name: 'goToStep'; readonly step: WizardStep }
  | { readonly name: 'replaceAccount' | 'keepAccount' | 'addAccount' }
  | { readonly name: 'repairSource'; readonly body: BodyOf<'repairSource'> }
  | { readonly name: 'authorize' }

/** What ended it; of a call that was refused, by which request. */
export type EndingError = Pick<CallError, 'code' | 'data' | 'requestId'>

/** Why there is nothing more to do in this window. */
export interface Ending {
  readonly notice:
    | PageNotice
    | 'superseded'
    | 'stopped'
    | 'unclaimed'
    | 'origin_refused'
    | 'cookies_blocked'
    | 'refused'
    | 'cancelled'
    | 'discarded'
    | 'failed'
  readonly error?: EndingError
}

/** All that the screens show. Changed by `wizard-reducer.ts` only. */
export interface WizardState {
  /** The script runs: what is typed can be sent. */
  readonly isReady: boolean
  readonly flowId: string
  readonly connector: FlowConnector | null
  /** Null until the flow is claimed. */
  readonly flow: FlowState | null
  readonly ending: Ending | null
  readonly intent: Intent | null
  /** Why the intent was refused; it can be tried again. */
  readonly failure: CallError | null
  /** The page had its time to show itself; now the person is asked. */
  readonly isProofOverdue: boolean
  /** Null until something was heard of a check. */
  readonly check: CheckProgress | null
  /** What is wrong with the form, found before it was sent. */
  readonly formFaults: FormFaults | null
  /** Something typed or ticked would be lost. */
  readonly isDirty: boolean
  /** `done`: of a flow that nobody has claimed, of whose end nothing else tells. */
  readonly cancelling: 'no' | 'asking' | 'sending' | 'failed' | 'done'
  readonly isAcknowledged: boolean
  readonly isOnline: boolean
  /** The browser would not close the window. */
  readonly mustCloseByHand: boolean
}

export function initialState({ flowId, connector, state }: Boot): WizardState {
  return {
    isReady: false,
    flowId,
    connector: state?.connector ?? connector,
    flow: state,
    ending: null,
    intent: null,
    failure: null,
    isProofOverdue: false,
    check: null,
    formFaults: null,
    isDirty: false,
    cancelling: 'no',
    isAcknowledged: state?.is_acknowledged ?? false,
    isOnline: true,
    mustCloseByHand: false,
  }
}

/**
 * How far the intent has come, or the showing of what is in the source. `proving`: the page still has a moment to show that it is the one that
 * asked. `consenting`: it did not, so the person is asked.
 */
export type Stage = 'idle' | 'failed' | 'claiming' | 'proving' | 'consenting' | 'acting'

export function stageOf({ intent, failure, flow, isProofOverdue }: WizardState): Stage {
  if (!intent && !showsContents(flow)) return 'idle'
  if (failure) return 'failed'
  if (!flow) return 'claiming'
  if (flow.consent === 'needed') return isProofOverdue ? 'consenting' : 'proving'
  return intent ? 'acting' : 'idle'
}

/** What is in the source is shown to nobody whom neither the page nor their own word has vouched for. */
function showsContents(flow: FlowState | null): boolean {
  return flow?.status === 'open' && flow.step === 'field_selection'
}

/** The person waits for us: no second submit until it is through. */
export function isBusy(state: WizardState): boolean {
  if (!state.intent) return false
  const stage = stageOf(state)
  return stage === 'claiming' || stage === 'proving' || stage === 'acting'
}
