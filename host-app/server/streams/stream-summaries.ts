import { sql, type Kysely } from 'kysely'
import type { StreamSummary } from '@bobbin/shared/catalog'
import type { Tables } from '../storage/tables.ts'
import { chosenMetadata } from './catalog.ts'
import { matchesText } from './matches-text.ts'
import { presentStreams } from './selection-queries.ts'
import { readChoice } from './stream-choice.ts'
import { headLength, readOwnEntry } from './stored-metadata.ts'

export interface SummariesQuery {
  /** From 1; absent: all at once. */
  page?: number | undefined
  /** Text in id or name, in either case of letters. */
  q?: string | undefined
}

/** Streams on a page. */
export const summariesPerPage = 100

/** The streams as a list: the stream's own metadata, discovered and chosen, and no fields. */
export async function findSummaries(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  { page, q }: SummariesQuery,
): Promise<{ items: StreamSummary[]; total: number }> {
  const matching =
    q === undefined
      ? presentStreams(db, accountId, sourceId)
      : presentStreams(db, accountId, sourceId).where(await matchesText(db, accountId, sourceId, q))
  const listed = matching
    .select(['id', 'tap_stream_id', 'stream_name', 'selected', 'replication_method', 'replication_key'])
    .select(['view_key_properties', 'field_selection'])
    .select(sql<string>`substr(metadata, 1, ${sql.lit(headLength)})`.as('head'))
    .orderBy('position')
    .orderBy('id')
  if (page === undefined) {
    const rows = await listed.execute()
    return { items: await summarize(db, accountId, sourceId, rows), total: rows.length }
  }
  const rows = await listed
    .limit(summariesPerPage)
    .offset((page - 1) * summariesPerPage)
    .execute()
  const { total } = await matching
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return { items: await summarize(db, accountId, sourceId, rows), total: Number(total) }
}

type ListedRow = Parameters<typeof readChoice>[0] & {
  id: number
  tap_stream_id: string
  stream_name: string
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
    const whole = await presentStreams(db, accountId, sourceId)
      .select(['id', 'metadata'])
      .where('id', 'in', cut.slice(start, start + 500))
      .execute()
    for (const row of whole) heads.set(row.id, readOwnEntry(row.metadata)?.metadata ?? {})
  }
  return rows.map((row) => {
    const choice = readChoice(row)
    return {
      stream_id: row.id,
      stream_name: row.stream_name,
      tap_stream_id: row.tap_stream_id,
      selected: choice.selected,
      metadata: { ...heads.get(row.id), ...chosenMetadata(choice) },
    }
  })
}
