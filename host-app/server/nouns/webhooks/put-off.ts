import type { Transaction } from '../../store/database.ts'
import { longestAsked } from '../../ground/retry-delay.ts'

interface WebhookKey {
  readonly accountId: number
  readonly webhookId: string
}

/**
 * A receiver that is overtaxed asked for time: nothing is sent to it before, whichever delivery it answered. What is
 * pending keeps its order; what is in a worker's hands comes to its end.
 */
export async function putOff(
  tx: Transaction,
  { accountId, webhookId }: WebhookKey,
  until: number,
): Promise<void> {
  await tx.db
    .updateTable('webhook')
    .set({ not_before: until })
    .where('id', '=', webhookId)
    .where('account_id', '=', accountId)
    .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<', until)]))
    .execute()
  await tx.db
    .updateTable('webhook_delivery')
    .set({ due_at: until })
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
    .where('lease', 'is', null)
    .where('due_at', '<', until)
    .execute()
}

/** When something may be sent that would be due at this time. */
export async function notBefore(
  { db }: Pick<Transaction, 'db'>,
  { accountId, webhookId }: WebhookKey,
  at: number,
): Promise<number> {
  const webhook = await db
    .selectFrom('webhook')
    .select('not_before')
    .where('id', '=', webhookId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return Math.max(at, webhook?.not_before ?? 0)
}

/** Another receiver, or a repaired one, has asked for nothing: what was put off is due. */
export async function endPause(
  tx: Transaction,
  { accountId, webhookId }: WebhookKey,
  { until, at }: { until: number; at: number },
): Promise<void> {
  await tx.db
    .updateTable('webhook_delivery')
    .set({ due_at: at })
    .where('account_id', '=', accountId)
    .where('webhook_id', '=', webhookId)
    .where('lease', 'is', null)
    .where('due_at', '=', until)
    .execute()
}

/** How long nothing at all is to be sent there: "too many requests" and "unavailable" speak of the receiver, not of one delivery. */
export function askedOfAll(statusCode: number | null, asked: number | null): number | null {
  return asked !== null && (statusCode === 429 || statusCode === 503) ? Math.min(longestAsked, asked) : null
}
