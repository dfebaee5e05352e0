import type { Transaction } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import { endFlow, failure } from './end-flow.ts'
import type { Flow } from './flow-row.ts'

/** How long a flow that nobody touches stays open, and never longer than its session. */
export interface FlowLifetime {
  /** Open, but nobody has touched it for too long, or its session has ended. */
  isOverdue(flow: Flow): boolean
  /** The flow as it is: one that is overdue has ended then. */
  expire(tx: Transaction, flow: Flow): Promise<Flow>
}

export function createFlowLifetime({
  events,
  longest,
  now,
}: {
  events: EventLog
  /** Milliseconds that it may stay untouched. */
  longest: number
  now: () => number
}): FlowLifetime {
  function isOverdue(flow: Flow): boolean {
    if (flow.status !== 'open') return false
    return flow.active_at + longest <= now() || flow.session_expires_at <= now()
  }

  return {
    isOverdue,
    expire: async (tx, flow) =>
      isOverdue(flow) ? endFlow(tx, { events, now }, flow, failure('FlowExpired')) : flow,
  }
}
