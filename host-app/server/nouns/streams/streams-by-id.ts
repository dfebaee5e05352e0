import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Reader } from '../../store/database.ts'
import { isPublished } from './published.ts'

/**
 * Of any number of streams these. SQLite does not know that a source may have a hundred thousand, and would rather
 * look through all of them than take a few out by id.
 */
export function streamsWithIds(db: Reader, accountId: number, sourceId: number, ids: readonly number[]) {
  return db
    .selectFrom('stream')
    .where(notByIndex('stream.account_id', accountId))
    .where(notByIndex('stream.source_id', sourceId))
    .where('stream.id', 'in', ids)
}

/** Those that are there, by the ids that the source gave them. */
export function streamsCalled(
  db: Reader,
  accountId: number,
  sourceId: number,
  tapStreamIds: readonly string[],
) {
  return db
    .selectFrom('stream')
    .where(notByIndex('stream.account_id', accountId))
    .where('stream.source_id', '=', sourceId)
    .where('tap_stream_id', 'in', tapStreamIds)
    .where('removed_at', 'is', null)
    .where(isPublished(accountId, sourceId))
}

/** A column behind a plus is compared, and no index is chosen for it. */
export function notByIndex(
  column: `${'stream' | 'stream_make'}.${'account_id' | 'source_id'}`,
  value: number,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`+${sql.ref(column)} = ${value}`
}

/** Our own integers, written out: there may be more of them than a statement takes parameters. */
export function isAmong(ids: readonly number[]): RawBuilder<SqlBool> {
  return ids.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`id in (${sql.raw(ids.join(','))})`
}
