import { timings } from '@bobbin/shared/timings'
import { endingOf } from './view.ts'
import type { WizardState } from './wizard-state.ts'

/*
 * What was typed or ticked and is not saved yet, in this browser's storage of our own origin: it outlives a reload, and a
 * window that was closed and is resumed, which is always here. No secret is ever written. A storage that is missing, full
 * or barred costs no more than the drafts.
 */

/** The steps at which something is typed or ticked. */
export type DraftStep = 'form' | 'field_selection'

const prefix = 'bobbin-draft:'
const keyOf = (flowId: string, step: DraftStep) => `${prefix}${flowId}:${step}`
const steps: readonly DraftStep[] = ['form', 'field_selection']

interface Stored {
  /** When it was written. */
  readonly at: number
  readonly draft: unknown
}

/** What was kept for this step of the flow, as it was written; null where nothing was. */
export function readDraft(flowId: string, step: DraftStep): unknown {
  return attempt(() => parse(localStorage.getItem(keyOf(flowId, step)))?.draft) ?? null
}

/** Keeps the draft; null: there is nothing to keep. One that does not fit leaves no older one behind. */
export function keepDraft(flowId: string, step: DraftStep, draft: unknown): void {
  const key = keyOf(flowId, step)
  const stored: Stored = { at: Date.now(), draft }
  attempt(() => {
    localStorage.removeItem(key)
    if (draft !== null) localStorage.setItem(key, JSON.stringify(stored))
  })
}

/** Erases what no flow can ask for any more: none lives longer than its session. */
export function sweepDrafts(): void {
  attempt(() => {
    const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
    for (const key of keys.filter((one) => one.startsWith(prefix))) {
      const at = parse(localStorage.getItem(key))?.at
      if (typeof at !== 'number' || Math.abs(Date.now() - at) > timings.session) localStorage.removeItem(key)
    }
  })
}

/** Erases the drafts that a change of state makes void; of the first state in a document there is none before. */
export function dropDrafts(before: WizardState | null, now: WizardState): void {
  for (const step of voidDrafts(before, now)) keepDraft(now.flowId, step, null)
}

/** A step that was saved has no draft, and a flow that is over has none. */
export function voidDrafts(before: WizardState | null, now: WizardState): readonly DraftStep[] {
  if (isOver(now)) return steps
  const isSaved = before?.intent && !now.intent && now.flow?.step !== before.flow?.step
  if (!isSaved) return []
  if (before.intent.name === 'saveForm') return ['form']
  return before.intent.name === 'saveSelection' ? ['field_selection'] : []
}

/** The flow has ended; not while that is merely asked for, nor where this document has lost it to another one. */
export function isOver(state: WizardState): boolean {
  if (state.cancelling === 'done' || (state.flow && state.flow.status !== 'open')) return true
  const ending = endingOf(state)
  return ending !== null && !['elsewhere', 'superseded', 'refused'].includes(ending.notice)
}

function parse(text: string | null): Partial<Stored> | null {
  const value: unknown = text === null ? null : attempt(() => JSON.parse(text))
  return typeof value === 'object' ? value : null
}

function attempt<Value>(work: () => Value): Value | null {
  try {
    return work()
  } catch {
    return null
  }
}
