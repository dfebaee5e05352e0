import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import { failPending } from './delivery-queue.ts'

/** What we disable a webhook for by ourselves. */
export type DisabledReason = 'gone' | 'failing'

/** Disables a webhook that does not take its deliveries any more, and tells the account, once. */
export async function disableWebhook(
  tx: Transaction,
  { events, now }: { events: FeedWriter; now: () => number },
  accountId: number,
  webhookId: string,
  reason: DisabledReason,
): Promise<void> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook')
    .set({ enabled: 0, disabled_reason: reason, updated_at: now() })
    .where('id', '=', webhookId)
    .where('account_id', '=', accountId)
    .where('enabled', '=', 1)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return
  await failPending(tx, accountId, webhookId, now())
  await tellAccount(tx, events, accountId, 'webhook.disabled', { webhook_id: webhookId, reason })
}
