import type { Check, CheckEvent } from '@bobbin/shared/check'
import type { FlowState } from '@bobbin/shared/flow'
import { isFor } from './failure-reason.ts'
import type { CallError } from './api-client.ts'
import { reduceCheck } from './check-progress.ts'
import type { FormFaults } from './form/filled-form.ts'
import { stageOf, type Ending, type Intent, type WizardState } from './wizard-state.ts'

export type WizardAction =
  | { type: 'ready' }
  | { type: 'flow'; flow: FlowState; isReply?: boolean }
  | { type: 'checkStarted'; check: Check }
  | { type: 'checkEvent'; name: string; seq: number; event: CheckEvent; at: number }
  | { type: 'ended'; ending: Ending }
  | { type: 'formFaulty'; faults: FormFaults }
  | { type: 'intended'; intent: Intent }
  | { type: 'refused'; error: CallError }
  | { type: 'retried' }
  | { type: 'withdrawn' }
  | { type: 'proofOverdue' }
  | { type: 'dirty'; isDirty: boolean }
  | { type: 'cancelling'; cancelling: WizardState['cancelling'] }
  | { type: 'acknowledged' }
  | { type: 'online'; isOnline: boolean }
  | { type: 'stayedOpen' }

/** The only place where the state changes. Pure; answers the same object when nothing changed. */
export function reduce(state: WizardState, action: WizardAction): WizardState {
  switch (action.type) {
    case 'ready':
      return { ...state, isReady: true }
    case 'flow':
      return withEndOfCheck(withFlow(state, action.flow, action.isReply === true))
    case 'checkStarted':
      return withEndOfCheck({
        ...(state.flow ? { ...state, flow: { ...state.flow, check: action.check } } : state),
        intent: null,
        failure: null,
      })
    case 'checkEvent':
      return withCheckEvent(state, action)
    case 'ended':
      return { ...state, ending: action.ending }
    case 'formFaulty':
      return { ...state, formFaults: action.faults, failure: null }
    case 'intended':
      if (stageOf(state) === 'acting') return state
      return { ...state, intent: action.intent, failure: null, formFaults: null }
    case 'refused':
      return asksConsent(action.error) && state.flow
        ? { ...state, flow: { ...state.flow, consent: 'needed' } }
        : { ...state, failure: action.error }
    case 'retried':
      return { ...state, failure: null }
    case 'withdrawn':
      return { ...state, intent: null, failure: null }
    case 'proofOverdue':
      return { ...state, isProofOverdue: true }
    case 'dirty':
      return state.isDirty === action.isDirty ? state : { ...state, isDirty: action.isDirty }
    case 'cancelling':
      return { ...state, cancelling: action.cancelling }
    case 'acknowledged':
      return { ...state, isAcknowledged: true }
    case 'online':
      return state.isOnline === action.isOnline ? state : { ...state, isOnline: action.isOnline }
    case 'stayedOpen':
      return { ...state, mustCloseByHand: true }
  }
}

function withFlow(state: WizardState, flow: FlowState, isReply: boolean): WizardState {
  const isOtherStep = state.flow ? state.flow.step !== flow.step : flow.step !== 'form'
  const isOtherType = state.connector !== null && state.connector.type !== flow.connector.type
  const isOver = isReply || isOtherStep || isOtherType || flow.status !== 'open'
  return {
    ...state,
    flow,
    connector: flow.connector,
    ending: state.ending?.notice === 'refused' ? null : state.ending,
    ...(isOver && { intent: null, failure: null }),
    ...(isOtherStep && { isDirty: false }),
    isAcknowledged: state.isAcknowledged || flow.is_acknowledged,
  }
}

function withCheckEvent(
  state: WizardState,
  { name, seq, event, at }: Extract<WizardAction, { type: 'checkEvent' }>,
): WizardState {
  const check = reduceCheck(state.check, name, seq, event, at)
  return check === state.check ? state : withEndOfCheck({ ...state, check })
}

/** A check ends once: an answer that was on its way meanwhile may still say that it runs. */
function withEndOfCheck(state: WizardState): WizardState {
  const { flow, check } = state
  if (!flow?.check || !check?.finished) return state
  if (flow.check.name !== check.name || flow.check.status !== 'running') return state
  return { ...state, flow: { ...flow, check: check.finished } }
}

const asksConsent = (error: CallError) => isFor(error, 'AccessDenied', 'consent')
