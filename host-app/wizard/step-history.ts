import type { FlowState } from '@bobbin/shared/flow'
import type { WizardStep } from '@bobbin/shared/steps'
import type { Intent } from './wizard-state.ts'

/**
 * The browser's own Back and Forward: each step that the flow comes to has an entry of the history, in which its
 * name stands. An entry shows a step; it never changes what is done. Across documents (a reload, the trip to the
 * provider) the entries stay as the browser keeps them, and the flow rules over what they say.
 */
export interface StepHistory {
  /**
   * The flow has come to its step. A document that the browser's Back brought here shows the one of its entry first,
   * if that is open.
   */
  enter(): void
  /** Goes to one of the open steps: by the browser's Back where that leads there. */
  goTo(step: WizardStep): void
}

interface Entry {
  readonly step: WizardStep
  /** The step of the entry before, where that is this document's too. */
  readonly before?: WizardStep
}

export function followHistory({
  flow,
  intend,
}: {
  flow: () => FlowState | null
  intend: (intent: Intent) => void
}): StepHistory {
  let shown: WizardStep | null = null
  /** The browser is on its way to another entry; asked a second time, it would go on to one more. */
  let isLeaving = false
  const entry = () => history.state as Entry | null
  const revisited = entry()?.step

  /** Whether the step is open. */
  function ask(step: WizardStep): boolean {
    const isOpen = flow()?.reachable.includes(step) === true
    if (isOpen) intend({ name: 'goToStep', step })
    return isOpen
  }

  addEventListener('popstate', () => {
    isLeaving = false
    const step = entry()?.step
    if (!shown || !step || step === shown) return
    // What the entry showed cannot be gone to any more: it is one of where the flow is.
    if (!ask(step)) history.replaceState({ step: shown } satisfies Entry, '')
  })

  return {
    enter() {
      const step = flow()?.step
      if (!step || step === 'done') return
      const before = shown
      shown = step
      if (entry()?.step === step) return
      if (before) return history.pushState({ step, before } satisfies Entry, '')
      history.replaceState({ step } satisfies Entry, '')
      if (revisited && isBackForward()) ask(revisited)
    },
    goTo(step) {
      if (isLeaving) return
      isLeaving = entry()?.before === step
      if (isLeaving) history.back()
      else ask(step)
    },
  }
}

/** The browser's Back or Forward loaded this document. */
function isBackForward(): boolean {
  const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return visit?.type === 'back_forward'
}
