import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import { moveLineUp } from './delivery-queue.ts'
import type { DeliveryRow } from './webhook-row.ts'

/** A delivery in this worker's hands. `lease` fences: who does not have it any more cannot write. */
export type LeasedDelivery = DeliveryRow & { lease: string }

/** Deliveries under way to one webhook, in all processes: a slow receiver does not take all the workers. */
const mostPerWebhook = 4

/** Takes the delivery that has been due for longest, or whose worker has gone; null when there is none. */
export function claimDelivery(
  database: Database,
  now: () => number,
  leaseTime: number,
): Promise<LeasedDelivery | null> {
  return database.write(async ({ db }) => {
    const at = now()
    const lease = randomUUID()
    const { rows } = await sql<DeliveryRow>`
      update webhook_delivery set lease = ${lease}, due_at = ${at + leaseTime}
      where id = (
        select id from webhook_delivery
        where due_at <= ${at} and webhook_id not in (
          select webhook_id from webhook_delivery
          where lease is not null and due_at > ${at}
          group by webhook_id having count(*) >= ${mostPerWebhook}
        )
        order by due_at, id limit 1
      ) and due_at <= ${at}
      returning *`.execute(db)
    const row = rows[0]
    return row ? { ...row, lease } : null
  })
}

/** What becomes of a delivery after an attempt: over, or due again. */
export type DeliveryState = { status: 'delivered' | 'failed' } | { status: 'pending'; due_at: number }

/** Puts the delivery down with all its attempts; false when it was no longer ours to write. */
export async function putDown(
  tx: Transaction,
  { id, lease, account_id: accountId, webhook_id: webhookId, source_id: sourceId }: LeasedDelivery,
  state: DeliveryState,
  attempts: string,
  at: number,
): Promise<boolean> {
  const isOver = state.status !== 'pending'
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook_delivery')
    .set({
      status: state.status,
      due_at: state.status === 'pending' ? state.due_at : null,
      lease: null,
      attempts,
      ended_at: isOver ? at : null,
    })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('lease', '=', lease)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  if (isOver && sourceId !== null) await moveLineUp(tx, { accountId, webhookId, sourceId }, at)
  return true
}

/** Where one process has the store to itself, every lease at its start is a dead process's. */
export function voidLeases(database: Database, now: () => number): Promise<void> {
  return database.write(async ({ db }) => {
    await db
      .updateTable('webhook_delivery')
      .set({ lease: null, due_at: now() })
      .where('lease', 'is not', null)
      .execute()
  })
}
