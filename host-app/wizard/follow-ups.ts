import { movesOnByItself, startsByItself } from './check-progress.ts'
import { endingOf, isFinal } from './view.ts'
import { stageOf, type WizardState } from './wizard-state.ts'

/**
 * What a change of state brings about by itself: to do what was intended, to wait for the page's proof,
 * to begin or leave the check, to note the step in the browser's history, to tell the opener, to stop listening, to close the window.
 */
export type FollowUp =
  | 'act'
  | 'awaitProof'
  | 'startCheck'
  | 'leaveCheck'
  | 'enterStep'
  | 'tellOpener'
  | 'stopListening'
  | 'closeCancelled'
  | 'closeDone'

/** The follow-ups of a change; of the first state in a document when there is none before. Pure. */
export function followUps(before: WizardState | null, now: WizardState): FollowUp[] {
  const found: FollowUp[] = []
  const stage = stageOf(now)
  if (stage !== (before ? stageOf(before) : 'idle')) {
    if (stage === 'proving') found.push('awaitProof')
    if (stage === 'acting') found.push('act')
  }
  const ending = endingOf(now)
  if (ending && ending !== (before && endingOf(before))) {
    if (isFinal(ending)) found.push('stopListening')
    if (ending.notice === 'cancelled' || ending.notice === 'discarded') found.push('closeCancelled')
  }
  const flowBefore = before?.flow ?? null
  if (now.flow && now.flow !== flowBefore) {
    if (now.flow.status === 'open' && now.flow.step !== flowBefore?.step) found.push('enterStep')
    found.push('tellOpener')
    if (stage === 'idle' && startsByItself(flowBefore, now.flow)) found.push('startCheck')
    if (movesOnByItself(now.flow) && !(flowBefore && movesOnByItself(flowBefore))) found.push('leaveCheck')
  }
  if (isOver(now) && !(before && isOver(before))) found.push('closeDone')
  return found
}

/** Completed, and the page knows. */
function isOver({ flow, isAcknowledged }: WizardState): boolean {
  return flow?.status === 'completed' && isAcknowledged
}
