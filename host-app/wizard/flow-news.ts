import type { FlowState } from '@bobbin/shared/flow'
import type { FlowEvent } from '@bobbin/shared/window-protocol'

/** Whether the page was told something that a document with this state does not show yet. */
export function isNews({ type, data }: FlowEvent, shown: FlowState | null): boolean {
  if (type === 'step') return data.step !== shown?.step
  return (type === 'completed' || type === 'cancelled' || type === 'failed') && shown?.status === 'open'
}
