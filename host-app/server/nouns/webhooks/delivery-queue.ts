import type { AccountEvent } from '@bobbin/shared/account-events'
import { type EventLog, sourceOf } from '../events/events.ts'
import { currentRequestId } from '../../ground/request-context.ts'
import type { Transaction } from '../../store/database.ts'
import { notBefore } from './put-off.ts'

/** Woken when there is something to deliver. */
export const deliveriesTopic = 'webhook_deliveries'

/** Queues an event for every webhook of the account that wants it, in the event's own transaction. */
export async function queueDeliveries(
  tx: Transaction,
  events: Pick<EventLog, 'wake'>,
  accountId: number,
  event: AccountEvent,
): Promise<void> {
  const webhooks = await tx.db
    .selectFrom('webhook')
    .select(['id', 'event_types'])
    .where('account_id', '=', accountId)
    .where('enabled', '=', 1)
    .execute()
  for (const { id, event_types: types } of webhooks) {
    if (types === null || readTypes(types).includes(event.type)) {
      await queueDelivery(tx, events, { accountId, webhookId: id, event, at: event.at })
    }
  }
}

interface NewDelivery {
  accountId: number
  webhookId: string
  event: AccountEvent
  /** When it was queued: its day of attempts begins here. */
  at: number
  isReplay?: boolean
}

/** Puts an event at the end of its line: the pending deliveries of its source to this webhook. Returns its id. */
export async function queueDelivery(
  tx: Transaction,
  events: Pick<EventLog, 'wake'>,
  { accountId, webhookId, event, at, isReplay = false }: NewDelivery,
): Promise<number> {
  const sourceId = sourceOf(event)
  const isFirst = sourceId === null || (await firstInLine(tx, { webhookId, accountId, sourceId })) === null
  const { id } = await tx.db
    .insertInto('webhook_delivery')
    .values({
      account_id: accountId,
      webhook_id: webhookId,
      event_seq: event.seq,
      event_id: event.id,
      event_type: event.type,
      source_id: sourceId,
      request_id: currentRequestId(),
      status: 'pending',
      replayed: isReplay ? 1 : 0,
      due_at: isFirst ? await notBefore(tx, { accountId, webhookId }, at) : null,
      lease: null,
      attempts: '[]',
      created_at: at,
      ended_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  events.wake(tx, deliveriesTopic)
  return id
}

interface Line {
  accountId: number
  webhookId: string
  sourceId: number
}

/** The next one in line may go. */
export async function moveLineUp(tx: Transaction, line: Line, at: number): Promise<void> {
  const id = await firstInLine(tx, line)
  if (id === null) return
  await tx.db
    .updateTable('webhook_delivery')
    .set({ due_at: await notBefore(tx, line, at) })
    .where('id', '=', id)
    .where('account_id', '=', line.accountId)
    .where('due_at', 'is', null)
    .execute()
}

/** Ends all that is pending as failed: it can be replayed. */
export async function failPending(
  tx: Transaction,
  accountId: number,
  webhookId: string,
  at: number,
): Promise<void> {
  await tx.db
    .updateTable('webhook_delivery')
    .set({ status: 'failed', due_at: null, lease: null, ended_at: at })
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .execute()
}

export function readTypes(json: string): string[] {
  return JSON.parse(json) as string[]
}

async function firstInLine(
  { db }: Transaction,
  { accountId, webhookId, sourceId }: Line,
): Promise<number | null> {
  const first = await db
    .selectFrom('webhook_delivery')
    .select('id')
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
    .where('source_id', '=', sourceId)
    .where('status', '=', 'pending')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return first?.id ?? null
}
