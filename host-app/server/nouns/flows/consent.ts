import type { FlowState } from '@bobbin/shared/flow'
import type { Flow } from './flow-row.ts'

/** Whether the page was met, the person agreed, or neither: then nothing of a step may be done (`wizard-actions.ts`). */
export function consentOf(flow: Pick<Flow, 'proven_at' | 'consented_at'>): FlowState['consent'] {
  if (flow.proven_at !== null) return 'proven'
  return flow.consented_at === null ? 'needed' : 'consented'
}
