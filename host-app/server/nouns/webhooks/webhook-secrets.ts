import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { Reader, Transaction } from '../../store/database.ts'

/** What signs a webhook's deliveries, sealed at rest. */
export interface WebhookSecrets {
  /** Makes the secret that signs from now on. Former ones still sign for `overlap` milliseconds. */
  renew(
    tx: Transaction,
    accountId: number,
    webhookId: string,
    overlap: number,
  ): Promise<{ secret: string; formerUntil: number | null }>
  /** Those that sign now, the newest first. Never answer or log them. */
  open(db: Reader, accountId: number, webhookId: string): Promise<string[]>
  /** Former ones whose overlap is over. */
  deleteOld(tx: Transaction): Promise<void>
}

export function createWebhookSecrets(keyRing: KeyRing, now: () => number): WebhookSecrets {
  return {
    async renew(tx, accountId, webhookId, overlap) {
      const newest = await tx.db
        .selectFrom('webhook_secret')
        .select((eb) => eb.fn.max('version').as('version'))
        .where('account_id', '=', accountId)
        .where('webhook_id', '=', webhookId)
        .executeTakeFirst()
      const former = newest?.version ?? 0
      const formerUntil = former === 0 || overlap === 0 ? null : now() + overlap
      // Two at most: a rotation during an overlap ends the one before.
      await tx.db
        .deleteFrom('webhook_secret')
        .where('account_id', '=', accountId)
        .where('webhook_id', '=', webhookId)
        .where('version', formerUntil === null ? '<=' : '<', former)
        .execute()
      await tx.db
        .updateTable('webhook_secret')
        .set({ expires_at: formerUntil })
        .where('account_id', '=', accountId)
        .where('webhook_id', '=', webhookId)
        .execute()

      const secret = `whsec_${randomBytes(32).toString('base64')}`
      const row = { webhook_id: webhookId, account_id: accountId, version: former + 1 }
      const sealed = keyRing.seal(secret, sealContext(row))
      await tx.db
        .insertInto('webhook_secret')
        .values({ ...row, sealed, expires_at: null })
        .execute()
      return { secret, formerUntil }
    },

    async open(db, accountId, webhookId) {
      const rows = await db
        .selectFrom('webhook_secret')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('webhook_id', '=', webhookId)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
        .orderBy('version', 'desc')
        .execute()
      return rows.map((row) => keyRing.open(row.sealed, sealContext(row)))
    },

    async deleteOld({ db }) {
      await db.deleteFrom('webhook_secret').where('expires_at', '<=', now()).execute()
    },
  }
}

function sealContext(row: { account_id: number; webhook_id: string; version: number }): SealContext {
  return ['webhook', row.account_id, row.webhook_id, row.version]
}

export const sealedWebhookSecrets = sealedColumn({
  table: 'webhook_secret',
  column: 'sealed',
  columns: ['webhook_id', 'version', 'account_id'],
  contextOf: sealContext,
  isAlive: (now) => sql`(expires_at is null or expires_at > ${now})`,
})
