import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { AppError } from '../ground/app-error.ts'
import type { KeyRing, SealContext } from '../nouns/credentials/seal.ts'
import { sealedColumn } from '../nouns/credentials/sealed-column.ts'
import type { Database, Transaction } from '../store/database.ts'

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

export interface IdempotencyKey {
  /** 0: the partner. */
  readonly accountId: number
  readonly key: string
  readonly requestHash: string
}

const lifetime = 86_400_000
const format = /^[\x21-\x7e]{1,255}$/

/**
 * The key of a request; null when it has none.
 * @throws {AppError} BadRequest when it is no key.
 */
export function readIdempotencyKey(request: FastifyRequest): IdempotencyKey | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !format.test(key)) {
    throw new AppError('BadRequest', {
      message: 'An Idempotency-Key is 1 to 255 visible ASCII characters.',
      data: { reason: 'idempotency_key' },
    })
  }
  const what = JSON.stringify([request.method, request.url, request.body ?? null])
  const requestHash = createHash('sha256').update(what).digest('hex')
  return { accountId: request.caller?.accountId ?? 0, key, requestHash }
}

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
