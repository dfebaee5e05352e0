import type { FlowState } from '@bobbin/shared/flow'
import { isTerminal, type FlowEvent } from '@bobbin/shared/window-protocol'

/** Whether the page was told something that a document with this state does not show yet. */
export function isNews(event: FlowEvent, shown: FlowState | null): boolean {
  if (event.type === 'step') return event.data.step !== shown?.step
  return isTerminal(event) && shown?.status === 'open'
}
