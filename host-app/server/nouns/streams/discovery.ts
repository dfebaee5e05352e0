import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { deleteStreams } from './remove-streams.ts'

/**
 * What one attempt of a check has found of a source so far: numbers and ids, the streams themselves are stored as they
 * come. New ones are rows already, of an edition that nobody sees before it is published.
 */
export interface Discovery {
  readonly accountId: number
  readonly sourceId: number
  /** The one that it is going to be. */
  readonly edition: number
  /** Whether the source has had streams: if not, there is nothing to compare with. */
  readonly hasFormer: boolean
  /** Rows that were there before and were found again. */
  readonly seen: Set<number>
  /** Rows that are there but have another place. */
  readonly moved: { id: number; position: number }[]
  /** Rows that are there, and have another number of rows by now. */
  readonly recounted: { id: number; row_count: number | null }[]
  /** Positions in `found_stream` of those whose texts say the same as before: in another order, or only who may read it differs. */
  readonly reworded: Set<number>
  /** Ids of makes that rows of it have, by their hashes. */
  readonly makes: Map<string, number>
  /** The place of the last stream. A row that is still to be stored has the highest id. */
  last: Place
  /** Streams, each counted once. */
  count: number
  added: number
  /** Of those that are there. */
  kept: number
  changed: number
  /** Rows of `found_stream`. */
  staged: number
}

export interface Place {
  readonly position: number
  readonly id: number
  /** New ones that have it so far. */
  readonly shared: number
}

/** Nothing of an earlier attempt may be left: see `forgetUnpublished`. */
export async function beginDiscovery(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): Promise<Discovery> {
  const source = await db
    .selectFrom('source')
    .select('edition')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  const former = await db
    .selectFrom('stream')
    .select('id')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .limit(1)
    .executeTakeFirst()
  return {
    accountId,
    sourceId,
    edition: (source?.edition ?? 0) + 1,
    hasFormer: former !== undefined,
    seen: new Set(),
    moved: [],
    recounted: [],
    reworded: new Set(),
    makes: new Map(),
    last: { position: -1, id: 0, shared: 0 },
    count: 0,
    added: 0,
    kept: 0,
    changed: 0,
    staged: 0,
  }
}

const deletedAtOnce = 500

/**
 * Deletes some of what an attempt has stored that came to nothing: always the newest rows. Returns whether there may be
 * more of them.
 */
export async function forgetUnpublished(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): Promise<boolean> {
  const newest = await db
    .selectFrom('stream')
    .innerJoin('source', 'source.id', 'stream.source_id')
    .select(['stream.id', 'stream.since', 'source.edition'])
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .orderBy('stream.id', 'desc')
    .limit(deletedAtOnce)
    .execute()
  const left = newest.filter(({ since, edition }) => since > edition).map(({ id }) => id)
  if (left.length === 0) return false
  await deleteStreams(db, accountId, sourceId, left)
  return left.length === newest.length
}
