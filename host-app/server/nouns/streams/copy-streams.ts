import type { FeedWriter } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { copyMakes } from './make-store.ts'
import { isPublished } from './published.ts'
import { emptyTally, tellSelected } from './selection-tally.ts'
import { findCounts, recountStreams } from './stream-counts.ts'
import { idRangesOfStreams } from './stream-portions.ts'

const columns = [
  'account_id',
  'position',
  'tap_stream_id',
  'stream_name',
  'search_text',
  'own_entry',
  'schema_hash',
  'field_count',
  'is_view',
  'row_count',
  'access',
  'selected',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'field_selection',
  'change',
  'removed_at',
] as const satisfies (keyof Tables['stream'])[]

/**
 * Gives a source that has no streams those of another, with all that was chosen among them. The next check
 * of the source keeps the choices, as it does after any discovery.
 */
export async function copyStreams(
  tx: Transaction,
  events: FeedWriter,
  accountId: number,
  fromSourceId: number,
  toSourceId: number,
): Promise<void> {
  for await (const range of idRangesOfStreams(tx.db, accountId, fromSourceId)) {
    await copyMakes(tx.db, accountId, fromSourceId, toSourceId, range)
    await tx.db
      .insertInto('stream')
      .columns([...columns, 'source_id', 'make_id'])
      .expression((eb) =>
        eb
          .selectFrom('stream')
          .innerJoin('stream_make as theirs', 'theirs.id', 'stream.make_id')
          .innerJoin('stream_make as copy', 'copy.hash', 'theirs.hash')
          .select(columns.map((column) => `stream.${column}` as const))
          .select(({ cast, val }) => cast<number>(val(toSourceId), 'integer').as('source_id'))
          .select('copy.id as make_id')
          .where('copy.source_id', '=', toSourceId)
          .where('stream.account_id', '=', accountId)
          .where('stream.source_id', '=', fromSourceId)
          .where(isPublished(accountId, fromSourceId))
          .where('stream.id', '>', range.after)
          .where('stream.id', '<=', range.upTo),
      )
      .execute()
  }
  await recountStreams(tx, accountId, toSourceId)
  const { selected } = await findCounts(tx.db, accountId, toSourceId)
  await tellSelected(tx, events, accountId, toSourceId, { ...emptyTally(), added: selected })
}
