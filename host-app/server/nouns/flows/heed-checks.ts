import type { EventLog } from '../events/events.ts'
import { openFlowsShowing } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'

/**
 * A check that ends may say that an earlier step has come undone, as one does whose authorization is not accepted
 * any more: the flows that show it go there, and their pages are told, in the write that ends it.
 */
export function heedChecks({
  events,
  steps,
}: {
  events: Pick<EventLog, 'onAccountEvent'>
  steps: Pick<FlowSteps, 'advance'>
}): void {
  events.onAccountEvent(async (tx, accountId, { type, data }) => {
    if (type !== 'source.check_failed') return
    const showing = await openFlowsShowing(tx, accountId, String(data['check_name']))
    for (const flow of showing) await steps.advance(tx, flow)
  })
}
