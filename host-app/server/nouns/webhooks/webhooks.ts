import type { z } from 'zod'
import type {
  createWebhook,
  replayedWebhook,
  ReplayWebhook,
  updateWebhook,
  Webhook,
  WebhookDelivery,
} from '@bobbin/shared/webhook'
import { randomId } from '@bobbin/shared/random-id'
import { AppError } from '../../ground/app-error.ts'
import { type EventLog, appendAccountEvent } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Slice, SlicedRows } from '../../store/slice.ts'
import { failPending, queueDeliveries, queueDelivery } from './delivery-queue.ts'
import { listDeliveries } from './list-deliveries.ts'
import { endPause } from './put-off.ts'
import { replayEvents } from './replay-events.ts'
import { deliveryOf, webhookOf, type WebhookRow } from './webhook-row.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'
import { requireWebhookUrl, type UrlRules } from './webhook-url.ts'

export { type DeliveryWorker, createDeliveryWorker } from './delivery-worker.ts'
export { createRunDelivery } from './run-delivery.ts'
export { createSendDelivery } from './send-delivery.ts'
export { createWebhookSecrets, sealedWebhookSecrets } from './webhook-secrets.ts'

/** The webhooks of an account. Another account's does not exist: everything throws NotFound for it. */
export interface Webhooks {
  list(accountId: number): Promise<Webhook[]>
  get(accountId: number, id: string, tx?: Transaction): Promise<Webhook>
  /** Throws InvalidBody for a URL that cannot be one, Conflict when there are ten. */
  create(
    tx: Transaction,
    accountId: number,
    input: z.output<typeof createWebhook>,
  ): Promise<{ webhook: Webhook; secret: string }>
  /** Throws InvalidBody. Disabling ends what is pending. */
  update(
    tx: Transaction,
    accountId: number,
    id: string,
    change: z.output<typeof updateWebhook>,
  ): Promise<Webhook>
  /** With its secrets and deliveries. Returns what it was. */
  delete(tx: Transaction, accountId: number, id: string): Promise<Webhook>
  /** Queues a `webhook.test` for it. Throws Conflict when it is disabled. */
  test(tx: Transaction, accountId: number, id: string): Promise<WebhookDelivery>
  /** A new secret; the former one signs as well for `overlap` milliseconds. */
  rotateSecret(
    tx: Transaction,
    accountId: number,
    id: string,
    overlap: number,
  ): Promise<{ secret: string; formerUntil: number | null }>
  /** Queues events of the past again. Throws Conflict when it is disabled. */
  replay(
    tx: Transaction,
    accountId: number,
    id: string,
    range: ReplayWebhook,
  ): Promise<z.output<typeof replayedWebhook>>
  /** A slice of its deliveries, the newest first. */
  deliveries(
    accountId: number,
    id: string,
    filter: { status?: WebhookDelivery['status'] | undefined },
    slice: Slice,
  ): Promise<SlicedRows<WebhookDelivery>>
  /** Deliveries that ended a month ago, and secrets whose overlap is over. */
  deleteOld(): Promise<void>
}

export interface WebhookParts {
  readonly database: Database
  readonly events: EventLog
  readonly secrets: WebhookSecrets
  readonly config: UrlRules
  readonly now: () => number
}

const mostPerAccount = 10
const deliveriesKept = 30 * 86_400_000

/** Each once, in order: the same choice is the same text. */
function writeTypes(types: readonly string[] | null): string | null {
  return types && JSON.stringify([...new Set(types)].toSorted())
}

/** From here on, what an account is told goes to its webhooks as well. */
export function createWebhooks({ database, events, secrets, config, now }: WebhookParts): Webhooks {
  events.onAccountEvent((tx, accountId, event) => queueDeliveries(tx, events, accountId, event))
  const ofAccount = (db: Transaction['db'], accountId: number) =>
    db.selectFrom('webhook').selectAll().where('account_id', '=', accountId)

  async function rowOf(db: Transaction['db'], accountId: number, id: string): Promise<WebhookRow> {
    const row = await ofAccount(db, accountId).where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    return row
  }

  async function requireEnabled(tx: Transaction, accountId: number, id: string): Promise<WebhookRow> {
    const row = await rowOf(tx.db, accountId, id)
    if (row.enabled === 1) return row
    throw new AppError('Conflict', {
      message: 'The webhook is disabled. Enable it first.',
      data: { reason: 'disabled' },
    })
  }

  return {
    async list(accountId) {
      const rows = await ofAccount(database.read, accountId).orderBy('created_at').orderBy('id').execute()
      return rows.map(webhookOf)
    },

    get: async (accountId, id, tx) => webhookOf(await rowOf(tx?.db ?? database.read, accountId, id)),

    async create(tx, accountId, { url, event_types: types = null, description = null }) {
      const present = await ofAccount(tx.db, accountId).execute()
      if (present.length >= mostPerAccount) {
        throw new AppError('Conflict', {
          message: `An account has at most ${mostPerAccount} webhooks.`,
          data: { reason: 'too_many_webhooks' },
        })
      }
      const row = await tx.db
        .insertInto('webhook')
        .values({
          id: `wh_${randomId()}`,
          account_id: accountId,
          url: requireWebhookUrl(url, config),
          description,
          event_types: writeTypes(types),
          enabled: 1,
          disabled_reason: null,
          failing_since: null,
          not_before: null,
          created_at: now(),
          updated_at: now(),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      const { secret } = await secrets.renew(tx, accountId, row.id, 0)
      return { webhook: webhookOf(row), secret }
    },

    async update(tx, accountId, id, { url: text, event_types: types, description, enabled }) {
      const before = await rowOf(tx.db, accountId, id)
      const url = text === undefined ? before.url : requireWebhookUrl(text, config)
      const isEnabled = enabled ?? before.enabled === 1
      const isFresh = isEnabled && (before.enabled === 0 || url !== before.url)
      const row = await tx.db
        .updateTable('webhook')
        .set({
          url,
          event_types: types === undefined ? before.event_types : writeTypes(types),
          description: description === undefined ? before.description : description,
          enabled: isEnabled ? 1 : 0,
          disabled_reason: isEnabled ? null : before.disabled_reason,
          // What failed before says nothing about another address, or a repaired one.
          failing_since: isFresh ? null : before.failing_since,
          not_before: isFresh ? null : before.not_before,
          updated_at: now(),
        })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .returningAll()
        .executeTakeFirstOrThrow()
      if (!isEnabled) await failPending(tx, accountId, id, now())
      else if (isFresh && before.not_before !== null) {
        await endPause(tx, { accountId, webhookId: id }, { until: before.not_before, at: now() })
      }
      return webhookOf(row)
    },

    async delete(tx, accountId, id) {
      const row = await rowOf(tx.db, accountId, id)
      for (const table of ['webhook_delivery', 'webhook_secret'] as const) {
        await tx.db
          .deleteFrom(table)
          .where('account_id', '=', accountId)
          .where('webhook_id', '=', id)
          .execute()
      }
      await tx.db.deleteFrom('webhook').where('account_id', '=', accountId).where('id', '=', id).execute()
      return webhookOf(row)
    },

    async test(tx, accountId, id) {
      await requireEnabled(tx, accountId, id)
      const event = await appendAccountEvent(tx, events, accountId, 'webhook.test', { webhook_id: id })
      const delivery = await queueDelivery(tx, events, { accountId, webhookId: id, event, at: event.at })
      const row = await tx.db
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('id', '=', delivery)
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow()
      return deliveryOf(row)
    },

    async rotateSecret(tx, accountId, id, overlap) {
      await rowOf(tx.db, accountId, id)
      return secrets.renew(tx, accountId, id, overlap)
    },

    async replay(tx, accountId, id, range) {
      return replayEvents(tx, { events, now }, await requireEnabled(tx, accountId, id), range)
    },

    async deliveries(accountId, id, filter, slice) {
      await rowOf(database.read, accountId, id)
      return listDeliveries(database.read, accountId, id, filter, slice)
    },

    async deleteOld() {
      await database.write(async (tx) => {
        await secrets.deleteOld(tx)
        await tx.db
          .deleteFrom('webhook_delivery')
          .where('ended_at', '<=', now() - deliveriesKept)
          .execute()
      })
    },
  }
}
