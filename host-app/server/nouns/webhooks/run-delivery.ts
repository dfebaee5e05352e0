import type { Logger } from 'pino'
import { type EventLog, accountEventOf, accountTopic } from '../events/events.ts'
import type { Metrics } from '../../ground/metrics.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { putDown, type DeliveryState, type LeasedDelivery } from './delivery-lease.ts'
import { disableWebhook } from './disable-webhook.ts'
import { askedOfAll, notBefore, putOff } from './put-off.ts'
import { giveUpAfter, retryWait } from '../../ground/retry-delay.ts'
import type { Message, SendDelivery, SendResult } from './send-delivery.ts'
import { readAttempts } from './webhook-row.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'

export interface DeliveryParts {
  readonly database: Database
  readonly events: EventLog
  readonly secrets: WebhookSecrets
  readonly send: SendDelivery
  readonly metrics: Pick<Metrics, 'webhookDeliveries'>
  readonly now: () => number
  readonly log: Pick<Logger, 'warn'>
}

/** Nothing but failures for so long: whoever was there has gone. */
const failingTooLong = 5 * 86_400_000

/** One attempt at a delivery, and what follows from it. Cut short by `stopping` it never happened. */
export type RunDelivery = (delivery: LeasedDelivery, stopping: AbortSignal) => Promise<void>

export function createRunDelivery(parts: DeliveryParts): RunDelivery {
  return (delivery, stopping) => runDelivery(parts, delivery, stopping)
}

async function runDelivery(
  parts: DeliveryParts,
  delivery: LeasedDelivery,
  stopping: AbortSignal,
): Promise<void> {
  const { database, send, metrics, now, log } = parts
  const at = now()
  const message = await openMessage(parts, delivery)
  // Deleted or disabled meanwhile; its deliveries have gone or ended with it.
  if (!message) return
  const result = await send(message, stopping)
  if (stopping.aborted && result.statusCode === null) {
    const state: DeliveryState = { status: 'pending', due_at: now() }
    await database.write((tx) => putDown(tx, delivery, state, delivery.attempts, now()))
    return
  }
  const isGivenUp = await database.write((tx) => settle(parts, tx, delivery, result, at))
  if (isGivenUp) {
    const { account_id: accountId, webhook_id: webhookId } = delivery
    log.warn({ accountId, webhookId }, 'a webhook took nothing for too long and was disabled')
  }
  const { statusCode } = result
  // By class: receivers choose their statuses.
  metrics.webhookDeliveries.inc({
    result: statusCode === null ? 'unreachable' : `${Math.floor(statusCode / 100)}xx`,
  })
}

async function openMessage(
  { database, secrets }: Pick<DeliveryParts, 'database' | 'secrets'>,
  delivery: LeasedDelivery,
): Promise<Message | null> {
  const { account_id: accountId, webhook_id: webhookId, event_seq: seq } = delivery
  const webhook = await database.read
    .selectFrom('webhook')
    .select('url')
    .where('id', '=', webhookId)
    .where('account_id', '=', accountId)
    .where('enabled', '=', 1)
    .executeTakeFirst()
  if (!webhook) return null
  const event = await database.read
    .selectFrom('event')
    .select(['seq', 'at', 'type', 'data'])
    .where('topic', '=', accountTopic(accountId))
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()
  return {
    url: webhook.url,
    secrets: await secrets.open(database.read, accountId, webhookId),
    accountId,
    event: accountEventOf(accountId, { ...event, data: JSON.parse(event.data) as unknown }),
    isReplay: delivery.replayed === 1,
  }
}

/** Keeps the attempt, decides what comes next, and what it says about the webhook: true when that has failed for too long. */
async function settle(
  parts: Pick<DeliveryParts, 'events' | 'now'>,
  tx: Transaction,
  delivery: LeasedDelivery,
  { statusCode, error, duration, hints }: SendResult,
  startedAt: number,
): Promise<boolean> {
  const at = parts.now()
  const isTaken = statusCode !== null && statusCode >= 200 && statusCode < 300
  const attempt = {
    at: new Date(startedAt).toISOString(),
    status_code: statusCode,
    error,
    redirected_to: hints.redirectedTo,
    retry_after_seconds: hints.retryAfter === null ? null : hints.retryAfter / 1_000,
    duration_ms: duration,
  }
  const attempts = [...readAttempts(delivery), attempt]
  const { account_id: accountId, webhook_id: webhookId } = delivery
  const pause = askedOfAll(statusCode, hints.retryAfter)
  if (pause !== null) await putOff(tx, { accountId, webhookId }, at + pause)
  const earliest = await notBefore(tx, { accountId, webhookId }, at)
  const state: DeliveryState = isTaken
    ? { status: 'delivered' }
    : afterFailure(delivery, { wait: retryWait(attempts.length, hints.retryAfter), earliest }, at)
  if (!(await putDown(tx, delivery, state, JSON.stringify(attempts), at))) return false

  if (statusCode === 410) {
    await disableWebhook(tx, parts, accountId, webhookId, 'gone')
    return false
  }
  const failingSince = await noteHealth(tx, accountId, webhookId, isTaken, at)
  const isGivenUp = failingSince !== null && at - failingSince >= failingTooLong
  if (isGivenUp) await disableWebhook(tx, parts, accountId, webhookId, 'failing')
  return isGivenUp
}

/** Due again, for the last time when the day ends, or when its receiver takes something again; failed after that. */
function afterFailure(
  { created_at: queuedAt }: LeasedDelivery,
  { wait, earliest }: { wait: number; earliest: number },
  at: number,
): DeliveryState {
  const end = queuedAt + giveUpAfter
  if (at >= end) return { status: 'failed' }
  return { status: 'pending', due_at: Math.max(earliest, Math.min(end, at + wait)) }
}

/** Since when the webhook has been failing; null when it has just taken something. */
async function noteHealth(
  { db }: Transaction,
  accountId: number,
  webhookId: string,
  isTaken: boolean,
  at: number,
): Promise<number | null> {
  const row = await db
    .selectFrom('webhook')
    .select('failing_since')
    .where('id', '=', webhookId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  const before = row?.failing_since ?? null
  const since = isTaken ? null : (before ?? at)
  if (since !== before) {
    await db
      .updateTable('webhook')
      .set({ failing_since: since })
      .where('id', '=', webhookId)
      .where('account_id', '=', accountId)
      .execute()
  }
  return since
}
