import type { ReasonOf } from './error-reasons.ts'
import type { FlowFunction } from './flow-function.ts'
import { stepsWithin, type WizardStep } from './steps.ts'

/** What is known of an open flow when somebody acts in it. */
export interface ActionFacts {
  readonly function: FlowFunction
  /** The wizard steps that the source's type has. */
  readonly sequence: readonly WizardStep[]
  readonly step: WizardStep | 'done'
  /** The page was met, or the person agreed. */
  readonly isConsented: boolean
  /** Of the check that the flow shows; `unknown`: it could not tell, and need not; null: none. */
  readonly check: 'running' | 'succeeded' | 'failed' | 'unknown' | null
  /**
   * What a grant waits for the person's answer to: `other` than the connected account, or the `same` as another source is
   * connected with; null: none waits.
   */
  readonly accountQuestion: 'other' | 'same' | null
}

export type ActionRefusal =
  | Extract<ReasonOf<'AccessDenied'>, 'consent'>
  | Extract<ReasonOf<'Conflict'>, 'other_step' | 'no_question' | 'check_not_succeeded'>

interface ActionRule {
  /** The step that it belongs to. `any`: it is possible at each. null: that, and before anybody consented. */
  readonly step: WizardStep | 'any' | null
  /** How the shown check must have ended. */
  readonly check?: 'succeeded'
  /** It answers these questions about the account. */
  readonly asked?: readonly ('other' | 'same')[]
  /** A token may be for one source: no function that is about one makes another. */
  readonly only?: FlowFunction
}

/** Everything that can be done in a claimed flow, by the names of `wizardRoutes`; `authorize` is a page of its own. */
export const wizardActions = {
  reportProof: { step: null },
  giveConsent: { step: null },
  cancelFlow: { step: null },
  /** Which of them, the flow's own finished steps say. */
  goToStep: { step: 'any' },
  saveForm: { step: 'form' },
  tryOptions: { step: 'form' },
  authorize: { step: 'oauth' },
  findOptions: { step: 'oauth' },
  saveChoices: { step: 'oauth' },
  replaceAccount: { step: 'oauth', asked: ['other'] },
  keepAccount: { step: 'oauth', asked: ['other', 'same'] },
  addAccount: { step: 'oauth', asked: ['other', 'same'], only: 'addSource' },
  repairSource: { step: 'oauth', asked: ['same'], only: 'addSource' },
  startCheck: { step: 'discover_schema' },
  finishCheck: { step: 'discover_schema', check: 'succeeded' },
  listStreams: { step: 'field_selection' },
  findStreams: { step: 'field_selection' },
  getStream: { step: 'field_selection' },
  saveSelection: { step: 'field_selection' },
} as const satisfies Record<string, ActionRule>
export type WizardActionName = keyof typeof wizardActions

/**
 * Why an action is refused in an open flow; null: it may be done. An action belongs to one step, and a flow
 * only comes by the steps of its function. Pure; the server asks it for every action, in the action's own
 * write, and its table test is the specification.
 */
export function actionRefusal(action: WizardActionName, facts: ActionFacts): ActionRefusal | null {
  const rule: ActionRule = wizardActions[action]
  if (rule.step === null) return null
  if (!facts.isConsented) return 'consent'
  if (rule.step === 'any') return null
  if (facts.step !== rule.step) return 'other_step'
  if (!stepsWithin(facts.function, facts.sequence).includes(rule.step)) return 'other_step'
  if (rule.only && facts.function !== rule.only) return 'other_step'
  if (rule.asked && !rule.asked.some((question) => question === facts.accountQuestion)) return 'no_question'
  if (rule.check && facts.check !== rule.check && facts.check !== 'unknown') return 'check_not_succeeded'
  return null
}
