import { sql, type Kysely } from 'kysely'
import type { StreamSummary } from '@bobbin/shared/catalog'
import { readSlice, type Slice, type SlicedRows } from '../../store/slice.ts'
import type { Tables } from '../../store/tables.ts'
import { withChoice } from './catalog.ts'
import { matchesText } from './matches-text.ts'
import { presentStreams } from './selection-queries.ts'
import { readChoice } from './stream-choice.ts'
import { portionsOfStreams } from './stream-portions.ts'
import { headLength, readOwnEntry, withRowCount } from './stored-metadata.ts'
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
] as const
const head = sql<string>`substr(metadata, 1, ${sql.lit(headLength)})`.as('head')

/** All streams, in the order of discovery, some at a time. */
export async function* findSummaries(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): AsyncGenerator<StreamSummary[]> {
  for await (const ids of portionsOfStreams(db, accountId, sourceId)) {
    const rows = await streamsWithIds(db, accountId, sourceId, ids)
      .select(listedColumns)
      .select(head)
      .where('removed_at', 'is', null)
      .execute()
    const byId = new Map(rows.map((row) => [row.id, row]))
    const ordered = ids.flatMap((id) => byId.get(id) ?? [])
    yield await summarize(db, accountId, sourceId, ordered)
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
  if (selected === true) matching = matching.where('selected', '=', 1)
  if (selected === false) {
    matching = matching.where((eb) => eb.or([eb('selected', 'is', null), eb('selected', '=', 0)]))
  }
  const found = await readSlice(
    matching.select(listedColumns).select(head),
    { columns: ['id'], direction: 'asc' },
    slice,
  )
  return { ...found, rows: await summarize(db, accountId, sourceId, found.rows) }
}

type ListedRow = Parameters<typeof readChoice>[0] & {
  id: number
  tap_stream_id: string
  stream_name: string
  row_count: number | null
  head: string
}

async function summarize(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  rows: readonly ListedRow[],
): Promise<StreamSummary[]> {
  const heads = new Map(rows.map((row) => [row.id, readOwnEntry(row.head)?.metadata ?? null]))
  const cut = rows.filter((row) => heads.get(row.id) === null).map((row) => row.id)
  for (let start = 0; start < cut.length; start += 500) {
    const some = cut.slice(start, start + 500)
    const whole = await streamsWithIds(db, accountId, sourceId, some).select(['id', 'metadata']).execute()
    for (const row of whole) heads.set(row.id, readOwnEntry(row.metadata)?.metadata ?? {})
  }
  return rows.map((row) => {
    const choice = readChoice(row)
    return {
      stream_id: row.id,
      stream_name: row.stream_name,
      tap_stream_id: row.tap_stream_id,
      selected: choice.selected,
      metadata: withChoice(withRowCount(heads.get(row.id) ?? {}, row.row_count), choice),
    }
  })
}
