import type { Database } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import { type Flow, relayTopic } from './flow-row.ts'
import { tellWizard } from './tell-page.ts'

/**
 * Notes that the page knows how its flow ended: it asks for what comes after the last event, which is the end. The
 * wizard is told, once; it may close its window then.
 */
export type AcknowledgeFlow = (flow: Flow, after: number) => Promise<void>

export function createAcknowledgeFlow({
  database,
  events,
  now,
}: {
  database: Pick<Database, 'write'>
  events: EventLog
  now: () => number
}): AcknowledgeFlow {
  return async function acknowledgeFlow(flow, after) {
    if (flow.status === 'open' || flow.acknowledged_at !== null) return
    if (after < (await events.last(relayTopic(flow.id)))) return
    await database.write(async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable('flow')
        .set({ acknowledged_at: now() })
        .where('id', '=', flow.id)
        .where('account_id', '=', flow.account_id)
        .where('acknowledged_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows > 0n) await tellWizard(tx, events, flow.id, { type: 'acknowledged', data: {} })
    })
  }
}
