import { flowFunctions, type FlowFunction } from './flow-function.ts'

/** The steps that a person walks, in their only order. */
export const wizardSteps = ['form', 'oauth', 'discover_schema', 'field_selection'] as const
export type WizardStep = (typeof wizardSteps)[number]

/** The steps of a report card: the wizard's, and the terminal one. */
export const stepTypes = [...wizardSteps, 'fully_configured'] as const
export type StepType = (typeof stepTypes)[number]

/**
 * The steps that a wizard walks: those of the type, and the check of one in which nothing is discovered. A report card
 * has the former, as Stitch's has.
 */
export function walkOf({
  steps,
  is_checked: isChecked,
}: {
  readonly steps: readonly WizardStep[]
  readonly is_checked?: boolean | undefined
}): WizardStep[] {
  return isChecked ? [...steps, 'discover_schema'] : [...steps]
}

/** What an edit touched, the strongest change first. */
export type EditExtent = 'auth' | 'property' | 'name' | 'nothing'

export interface StepFacts {
  /** The wizard steps that the source's type has. */
  readonly sequence: readonly WizardStep[]
  /** The steps whose work is done on the source itself, whoever did it. */
  readonly finished: ReadonlySet<WizardStep>
  /** The steps that this flow has completed (skipping the selection completes it). */
  readonly walked: ReadonlySet<WizardStep>
  /** For `editSource`: what the saved form changed. */
  readonly edit?: EditExtent | undefined
  /** The last check found a schema that differs from the one selected from. */
  readonly schemaChanged?: boolean | undefined
}

/** Whether a type with this sequence has the function's entry step at all. */
export function isStepLegal(sequence: readonly WizardStep[], fn: FlowFunction): boolean {
  return sequence.includes(flowFunctions[fn].entry)
}

/** The steps that a flow of this function can come by: none after the entry step where the function ends there. */
export function stepsWithin(fn: FlowFunction, sequence: readonly WizardStep[]): WizardStep[] {
  const { entry, then } = flowFunctions[fn]
  const last = then === 'none' ? wizardSteps.indexOf(entry) : wizardSteps.length
  return sequence.filter((step) => wizardSteps.indexOf(step) <= last)
}

/**
 * The step a flow is at: the first that it still has to show, or `done`.
 *
 * - Before the entry step: only what is unfinished.
 * - The entry step: always shown once.
 * - After it: all, none, or (editing) what the edit made necessary.
 *
 * Pure; the server asks it (the wizard shows the step that it is told), and its table test is the specification.
 */
export function currentStep(fn: FlowFunction, facts: StepFacts): WizardStep | 'done' {
  const { entry, then } = flowFunctions[fn]
  const entryIndex = wizardSteps.indexOf(entry)
  for (const [index, step] of wizardSteps.entries()) {
    if (!facts.sequence.includes(step)) continue
    const isFinished = facts.finished.has(step)
    const isWalked = facts.walked.has(step)
    if (index < entryIndex && !isFinished) return step
    if (index === entryIndex && !(isWalked && (isFinished || step === 'field_selection'))) return step
    if (index > entryIndex && isNecessary(step, then, facts, isFinished, isWalked)) return step
  }
  return 'done'
}

/**
 * The steps that a person can go to by themselves: those that are finished, back to the first, and forth to the one
 * that the flow has come to. What neither this flow nor its function comes by is changed only where the token
 * allows editing.
 *
 * Pure; the server asks it, and its table test is the specification.
 */
export function reachableSteps(fn: FlowFunction, facts: StepFacts, mayEdit: boolean): WizardStep[] {
  const furthest = currentStep(fn, facts)
  const within = stepsWithin(fn, facts.sequence)
  const end = furthest === 'done' ? within.length : within.indexOf(furthest)
  const isOwn = (step: WizardStep) =>
    facts.walked.has(step) || wizardSteps.indexOf(step) >= wizardSteps.indexOf(flowFunctions[fn].entry)
  return within.filter(
    (step, index) => index === end || (index < end && facts.finished.has(step) && (mayEdit || isOwn(step))),
  )
}

export function isBefore(step: WizardStep, other: WizardStep | 'done'): boolean {
  return other === 'done' || wizardSteps.indexOf(step) < wizardSteps.indexOf(other)
}

/** The nearest of the reachable steps before this one. */
export function stepBefore(
  reachable: readonly WizardStep[],
  step: WizardStep | 'done',
): WizardStep | undefined {
  return reachable.findLast((one) => isBefore(one, step))
}

/** The flow is at a step that was gone back to: steps behind it can be reached. */
export function isGoneBack(reachable: readonly WizardStep[], step: WizardStep | 'done'): boolean {
  return step !== 'done' && reachable.some((one) => isBefore(step, one))
}

function isNecessary(
  step: WizardStep,
  then: 'all' | 'none' | 'necessary',
  facts: StepFacts,
  isFinished: boolean,
  isWalked: boolean,
): boolean {
  if (then === 'none') return false
  if (step === 'field_selection') {
    if (isWalked) return false // saved or skipped
    if (then === 'all') return true
    return extentAtLeast(facts.edit, 'property') && (!isFinished || facts.schemaChanged === true)
  }
  if (then === 'all') return !isWalked || !isFinished
  const need = step === 'oauth' ? 'auth' : 'property'
  return extentAtLeast(facts.edit, need) && !(isWalked && isFinished)
}

const extents: readonly EditExtent[] = ['nothing', 'name', 'property', 'auth']

function extentAtLeast(extent: EditExtent | undefined, least: EditExtent): boolean {
  return extents.indexOf(extent ?? 'nothing') >= extents.indexOf(least)
}

/** A report card's `current_step_type`: the first unfinished step of the source itself. */
export function reportedStep(sequence: readonly WizardStep[], finished: ReadonlySet<WizardStep>): StepType {
  return sequence.find((step) => !finished.has(step)) ?? 'fully_configured'
}
