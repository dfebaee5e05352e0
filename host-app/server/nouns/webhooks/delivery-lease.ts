import { sql } from 'kysely'
import { randomId } from '@bobbin/shared/random-id'
import type { Database, Transaction } from '../../store/database.ts'
import { createTurns, type TakeTurn } from '../../store/fair-turns.ts'
import { moveLineUp } from './delivery-queue.ts'
import type { DeliveryRow } from './webhook-row.ts'

/** A delivery in this worker's hands. `lease` fences: who does not have it any more cannot write. */
export type LeasedDelivery = DeliveryRow & { lease: string }

/** Deliveries under way to one webhook, in all processes: a slow receiver does not take all that its account may have. */
const mostPerWebhook = 4

/** Whose delivery is next. A lease that has ended is due as well. */
export const createDeliveryTurns = (): TakeTurn =>
  createTurns({
    table: 'webhook_delivery',
    isOpen: sql`due_at is not null`,
    isDue: (at) => sql`due_at <= ${at}`,
    isHeld: (at) => sql`lease is not null and due_at > ${at}`,
    mostPerAccount: Infinity,
  })

/**
 * Takes a delivery of the account whose turn it is, of those that are due or whose worker has gone; null when
 * there is none. The webhook with the fewest under way goes first, of these the delivery that has been due for longest.
 */
export function claimDelivery(
  { database, now }: { database: Database; now: () => number },
  takeTurn: TakeTurn,
  free: number,
  leaseTime: number,
): Promise<LeasedDelivery | null> {
  return database.write((tx) => {
    const at = now()
    const lease = randomId()
    return takeTurn(tx, at, free, async (accountId) => {
      const { rows } = await sql<DeliveryRow>`
        update webhook_delivery set lease = ${lease}, due_at = ${at + leaseTime}
        where id = (
          select first.id from (
            select
              (select count(*) from webhook_delivery
                where account_id = ${accountId} and webhook_id = webhook.id
                  and lease is not null and due_at > ${at}) as under_way,
              (select id from webhook_delivery where webhook_id = webhook.id and due_at <= ${at}
                order by due_at, id limit 1) as id
            from webhook where account_id = ${accountId}
          ) as line join webhook_delivery as first on first.id = line.id
          where line.under_way < ${mostPerWebhook}
          order by line.under_way, first.due_at, first.id limit 1
        ) and due_at <= ${at}
        returning *`.execute(tx.db)
      return rows[0] ? { ...rows[0], lease } : null
    })
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
