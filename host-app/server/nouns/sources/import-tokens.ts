import { randomBytes } from 'node:crypto'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { getSourceRow } from './source-row.ts'

/** The tokens by which data is pushed into a source. Shown once, stored as hashes, good until revoked. */
export interface ImportTokens {
  /** @throws {AppError} SourceNotFound; Conflict where nothing is pushed, or there are two already. */
  create(tx: Transaction, accountId: number, sourceId: number): Promise<{ id: number; importToken: string }>
  /** Those that are good, oldest first. @throws {AppError} SourceNotFound */
  list(accountId: number, sourceId: number): Promise<{ id: number; created_at: number }[]>
  /** @throws {AppError} SourceNotFound, NotFound */
  revoke(tx: Transaction, accountId: number, sourceId: number, id: number): Promise<void>
  /** What the token may push into; null when it is not good, or its source is paused or deleted. */
  verify(importToken: string): Promise<{ accountId: number; sourceId: number } | null>
}

const tokenPrefix = 'bob_imp_'
const mostPerSource = 2

export function createImportTokens({
  database,
  registry,
  now,
}: {
  database: Database
  registry: Pick<Registry, 'find'>
  now: () => number
}): ImportTokens {
  const liveOf = (db: Transaction['db'], accountId: number, sourceId: number) =>
    db
      .selectFrom('import_token')
      .select(['id', 'created_at'])
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('revoked_at', 'is', null)
      .orderBy('id')
      .execute()

  return {
    async create(tx, accountId, sourceId) {
      const source = await getSourceRow(tx.db, accountId, sourceId)
      if (!registry.find(source.type)?.info.is_push) {
        throw new AppError('Conflict', {
          message: 'Nothing is pushed into a source of this type.',
          data: { reason: 'not_push', type: source.type },
        })
      }
      if ((await liveOf(tx.db, accountId, sourceId)).length >= mostPerSource) {
        throw new AppError('Conflict', {
          message: `A source has at most ${mostPerSource} import tokens. Revoke one first.`,
          data: { reason: 'too_many_tokens' },
        })
      }
      const importToken = tokenPrefix + randomBytes(32).toString('base64url')
      const { id } = await tx.db
        .insertInto('import_token')
        .values({
          account_id: accountId,
          source_id: sourceId,
          token_hash: secretHash(importToken),
          created_at: now(),
          revoked_at: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, importToken }
    },

    async list(accountId, sourceId) {
      await getSourceRow(database.read, accountId, sourceId)
      return liveOf(database.read, accountId, sourceId)
    },

    async revoke(tx, accountId, sourceId, id) {
      await getSourceRow(tx.db, accountId, sourceId)
      const { numUpdatedRows } = await tx.db
        .updateTable('import_token')
        .set({ revoked_at: now() })
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new AppError('NotFound')
    },

    async verify(importToken) {
      if (!importToken.startsWith(tokenPrefix)) return null
      const row = await database.read
        .selectFrom('import_token')
        .innerJoin('source', (join) =>
          join
            .onRef('source.id', '=', 'import_token.source_id')
            .onRef('source.account_id', '=', 'import_token.account_id'),
        )
        .select(['import_token.account_id', 'import_token.source_id'])
        .where('import_token.token_hash', '=', secretHash(importToken))
        .where('import_token.revoked_at', 'is', null)
        .where('source.paused_at', 'is', null)
        .where('source.deleted_at', 'is', null)
        .executeTakeFirst()
      return row ? { accountId: row.account_id, sourceId: row.source_id } : null
    },
  }
}

/** A source that is deleted takes nothing in any more. */
export async function revokeImportTokens(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  time: number,
): Promise<void> {
  await tx.db
    .updateTable('import_token')
    .set({ revoked_at: time })
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('revoked_at', 'is', null)
    .execute()
}
