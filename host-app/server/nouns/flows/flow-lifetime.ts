import type { Transaction } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import { endFlow, failure } from './end-flow.ts'
import { changeFlow, findFlow, type Flow } from './flow-row.ts'

/** How long a flow that nobody touches stays open, and never longer than its session. */
export interface FlowLifetime {
  /** Open, but nobody has touched it for too long, or its session has ended. */
  isOverdue(flow: Flow): boolean
  /** The flow as it is: one that is overdue has ended then. */
  expire(tx: Transaction, flow: Flow): Promise<Flow>
  /** Somebody types or ticks in it, which counts as touching it. It returns the flow as it is then. */
  touch(tx: Transaction, flowId: string): Promise<Flow | null>
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

  async function expire(tx: Transaction, flow: Flow): Promise<Flow> {
    return isOverdue(flow) ? endFlow(tx, { events, now }, flow, failure('FlowExpired')) : flow
  }

  return {
    isOverdue,
    expire,
    async touch(tx, flowId) {
      const found = await findFlow(tx.db, flowId)
      if (!found) return null
      const flow = await expire(tx, found)
      return flow.status === 'open' ? changeFlow(tx, flow, { active_at: now() }) : flow
    },
  }
}
