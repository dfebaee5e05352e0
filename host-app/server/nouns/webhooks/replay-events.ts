import { accountEventTypes } from '@bobbin/shared/account-events'
import type { ReplayWebhook } from '@bobbin/shared/webhook'
import { type EventLog, accountTopic, readFeed } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import { queueDelivery, readTypes } from './delivery-queue.ts'
import type { WebhookRow } from './webhook-row.ts'

/** Events queued by one call, at most: a call is one transaction, and others want to write as well. */
const mostQueued = 1_000

/**
 * Queues events of the past that the webhook wants, in their order, each behind what is pending of its
 * source. Those that are pending anyway are not queued twice.
 */
export async function replayEvents(
  tx: Transaction,
  { events, now }: { events: EventLog; now: () => number },
  { id: webhookId, account_id: accountId, event_types: types }: WebhookRow,
  range: ReplayWebhook,
): Promise<{ queued: number; next_after_seq: number | null }> {
  const after = 'after_seq' in range ? range.after_seq : await lastBefore(tx, accountId, range.since)
  const until =
    'after_seq' in range
      ? (range.until_seq ?? Infinity)
      : range.until === undefined
        ? Infinity
        : await lastBefore(tx, accountId, range.until)
  // A test was one webhook's business, and is over.
  const wants = (types === null ? accountEventTypes : readTypes(types)).filter(
    (type) => type !== 'webhook.test',
  )
  const page = await readFeed(events, accountId, { after, limit: mostQueued, types: wants }, tx)
  const pending = await tx.db
    .selectFrom('webhook_delivery')
    .select('event_seq')
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .where('event_seq', '>', after)
    .where('event_seq', '<=', page.nextAfter)
    .execute()
  const isPending = new Set(pending.map((row) => row.event_seq))
  const wanted = page.events.filter(({ seq }) => seq <= until && !isPending.has(seq))
  const at = now()
  for (const event of wanted) {
    await queueDelivery(tx, events, { accountId, webhookId, event, at, isReplay: true })
  }
  const hasMore = page.hasMore && page.nextAfter < until
  return { queued: wanted.length, next_after_seq: hasMore ? page.nextAfter : null }
}

/** The number of the account's last event before a time; 0 when there is none. */
async function lastBefore(tx: Transaction, accountId: number, time: string): Promise<number> {
  const row = await tx.db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('topic', '=', accountTopic(accountId))
    .where('at', '<', Date.parse(time))
    .executeTakeFirst()
  return row?.seq ?? 0
}
