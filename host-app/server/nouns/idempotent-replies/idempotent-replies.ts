import { sql } from 'kysely'
import { AppError } from '../../ground/app-error.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'

/**
 * Replies of calls that carried an `Idempotency-Key`, kept for a day in the same transaction as what the
 * call did. So a repetition, even one that comes after a crash, does nothing and is answered the same.
 */
export interface IdempotentReplies {
  /** The reply that the key's first call was given; null when this is the first. @throws {AppError} Conflict */
  find(tx: Transaction, key: IdempotencyKey): Promise<{ reply: unknown } | null>
  keep(tx: Transaction, key: IdempotencyKey, reply: unknown): Promise<void>
  deleteOld(): Promise<void>
}

interface IdempotencyKey {
  /** 0: the partner. */
  readonly accountId: number
  readonly key: string
  /** Of all that was asked for: the key belongs to one request. */
  readonly requestHash: string
}

const lifetime = 86_400_000

export function createIdempotentReplies({
  database,
  keyRing,
  now,
}: {
  database: Database
  keyRing: KeyRing
  now: () => number
}): IdempotentReplies {
  return {
    async find(tx, { accountId, key, requestHash }) {
      const row = await tx.db
        .selectFrom('idempotent_reply')
        .select(['request_hash', 'sealed', 'created_at'])
        .where('account_id', '=', accountId)
        .where('key', '=', key)
        .executeTakeFirst()
      if (!row || row.created_at <= now() - lifetime) return null
      if (row.request_hash !== requestHash) {
        throw new AppError('Conflict', {
          message: 'This Idempotency-Key was used for another request.',
          data: { reason: 'idempotency_key_reused' },
        })
      }
      return { reply: JSON.parse(keyRing.open(row.sealed, contextOf(accountId, key))) as unknown }
    },

    async keep(tx, { accountId, key, requestHash }, reply) {
      const row = {
        request_hash: requestHash,
        sealed: keyRing.seal(JSON.stringify(reply), contextOf(accountId, key)),
        created_at: now(),
      }
      await tx.db
        .insertInto('idempotent_reply')
        .values({ account_id: accountId, key, ...row })
        .onConflict((conflict) => conflict.columns(['account_id', 'key']).doUpdateSet(row))
        .execute()
    },

    async deleteOld() {
      await database.write((tx) =>
        tx.db
          .deleteFrom('idempotent_reply')
          .where('created_at', '<=', now() - lifetime)
          .execute(),
      )
    },
  }
}

function contextOf(accountId: number, key: string): SealContext {
  return ['idempotent_reply', accountId, key]
}

export const sealedReplies = sealedColumn({
  table: 'idempotent_reply',
  column: 'sealed',
  columns: ['account_id', 'key'],
  contextOf: (row) => contextOf(row.account_id, row.key),
  isAlive: (now) => sql`created_at > ${now - lifetime}`,
})
