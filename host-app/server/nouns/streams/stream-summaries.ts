import type { Kysely } from 'kysely'
import type { StreamSummary } from '@bobbin/shared/catalog'
import { readSlice, type Slice, type SlicedRows } from '../../store/slice.ts'
import type { Tables } from '../../store/tables.ts'
import { withChoice } from './catalog.ts'
import { matchesText } from './matches-text.ts'
import { presentStreams } from './selection-queries.ts'
import { withAccess } from './stream-access.ts'
import { choiceInForce, readChoice } from './stream-choice.ts'
import { portionsOfStreams } from './stream-portions.ts'
import { readOwnEntry, withRowCount } from './stored-metadata.ts'
import { streamsWithIds } from './streams-by-id.ts'

export interface SummariesFilter {
  /** What is searched for in id and name. */
  q?: string | undefined
  /** false: those never chosen, too. */
  selected?: boolean | undefined
}

/** What a list shows of a stream: its own metadata, discovered and chosen, and no fields. */
const listedColumns = [
  'id',
  'tap_stream_id',
  'stream_name',
  'row_count',
  'selected',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'field_selection',
  'own_entry',
  'access',
] as const

/** All streams, in the order of discovery, some at a time. */
export async function* findSummaries(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): AsyncGenerator<StreamSummary[]> {
  for await (const ids of portionsOfStreams(db, accountId, sourceId)) {
    const rows = await streamsWithIds(db, accountId, sourceId, ids)
      .select(listedColumns)
      .where('removed_at', 'is', null)
      .execute()
    const byId = new Map(rows.map((row) => [row.id, row]))
    yield ids.flatMap((id) => byId.get(id) ?? []).map(summaryOf)
  }
}

/** A slice of the streams by id, which never changes; the order of discovery does. */
export async function findSummarySlice(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  { q, selected }: SummariesFilter,
  slice: Slice,
): Promise<SlicedRows<StreamSummary>> {
  let matching = presentStreams(db, accountId, sourceId)
  if (q !== undefined) matching = matching.where(matchesText(q))
  if (selected === true) matching = matching.where('selected', '=', 1).where('access', 'is', null)
  if (selected === false) {
    matching = matching.where((eb) =>
      eb.or([eb('selected', 'is', null), eb('selected', '=', 0), eb('access', 'is not', null)]),
    )
  }
  const found = await readSlice(matching.select(listedColumns), { columns: ['id'], direction: 'asc' }, slice)
  return { ...found, rows: found.rows.map(summaryOf) }
}

type ListedRow = Parameters<typeof readChoice>[0] & {
  id: number
  tap_stream_id: string
  stream_name: string
  row_count: number | null
  own_entry: string
  access: string | null
}

function summaryOf(row: ListedRow): StreamSummary {
  const choice = choiceInForce(readChoice(row), row.access)
  const { metadata } = readOwnEntry(row.own_entry)
  return {
    stream_id: row.id,
    stream_name: row.stream_name,
    tap_stream_id: row.tap_stream_id,
    selected: choice.selected,
    metadata: withAccess(withChoice(withRowCount(metadata, row.row_count), choice), row.access),
  }
}
