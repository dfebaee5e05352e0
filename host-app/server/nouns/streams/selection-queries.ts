import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { wholeStreams } from './made-streams.ts'
import { isPublished } from './published.ts'
import { includedFields, readChoice } from './stream-choice.ts'
import { readAccess } from './stream-access.ts'
import { findCounts } from './stream-counts.ts'
import { describeStream } from './stream-description.ts'
import { readMetadata } from './stored-metadata.ts'
import { notByIndex } from './streams-by-id.ts'
import type { DiscoveredStream } from '@bobbin/shared/catalog'

type Reader = Kysely<Tables>

/** The streams that the source has now; those that went are kept for their choices only. */
export function presentStreams(db: Reader, accountId: number, sourceId: number) {
  return db
    .selectFrom('stream')
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .where('removed_at', 'is', null)
    .where(isPublished(accountId, sourceId))
}

const listed = 1_000

/** What is selected: sorted ids, at most 1,000 of them, and how many there are. */
export async function findSelection(
  db: Reader,
  accountId: number,
  sourceId: number,
): Promise<{ ids: string[]; count: number }> {
  const selected = presentStreams(db, accountId, sourceId)
    .where('selected', '=', 1)
    .where('access', 'is', null)
  const rows = await selected.select('tap_stream_id').orderBy('tap_stream_id').limit(listed).execute()
  const ids = rows.map((row) => row.tap_stream_id)
  if (ids.length < listed) return { ids, count: ids.length }
  return { ids, count: (await findCounts(db, accountId, sourceId)).selected }
}

/** Whether at least one stream with at least one field is selected. */
async function hasUsableSelection(db: Reader, accountId: number, sourceId: number): Promise<boolean> {
  const few = 20
  let after = 0
  // The first stream answers it nearly always; only streams without any field lead on to the next.
  for (;;) {
    const rows = await wholeStreams(presentStreams(db, accountId, sourceId))
      .where('selected', '=', 1)
      .where('access', 'is', null)
      .where('field_count', '>', 0)
      .where('stream.id', '>', after)
      .orderBy('stream.id')
      .limit(after === 0 ? 1 : few)
      .execute()
    const last = rows.at(-1)
    if (!last) return false
    if (rows.some((row) => includedFields(describeRow(row), readChoice(row)).size > 0)) return true
    after = last.id
  }
}

/** The sources of which at least one stream with at least one field is selected. */
export async function findUsableSelections(
  db: Reader,
  accountId: number,
  sourceIds: readonly number[],
): Promise<Set<number>> {
  const usable = new Set<number>()
  if (sourceIds.length === 0) return usable
  const firsts = await db
    .selectFrom('source')
    .select(({ selectFrom }) =>
      // Whichever comes first in the index of what is selected.
      selectFrom('stream')
        .select('stream.id')
        .whereRef('stream.account_id', '=', 'source.account_id')
        .whereRef('stream.source_id', '=', 'source.id')
        .where('stream.selected', '=', 1)
        .where('stream.access', 'is', null)
        .where('stream.field_count', '>', 0)
        .where('stream.removed_at', 'is', null)
        .limit(1)
        .as('stream_id'),
    )
    .where('source.account_id', '=', accountId)
    .where('source.id', 'in', sourceIds)
    .execute()
  const ids = firsts.flatMap(({ stream_id: id }) => (id === null ? [] : [id]))
  if (ids.length === 0) return usable
  const chosen = db.selectFrom('stream').where(notByIndex('stream.account_id', accountId))
  const rows = await wholeStreams(chosen.where('stream.id', 'in', ids)).execute()
  for (const row of rows) {
    const isUsable =
      includedFields(describeRow(row), readChoice(row)).size > 0 ||
      // The first stream answers it nearly always; only streams without any field lead on to the next.
      (await hasUsableSelection(db, accountId, row.source_id))
    if (isUsable) usable.add(row.source_id)
  }
  return usable
}

/** Whether the last check found something else than what was selected from. */
export async function hasSchemaChanged(db: Reader, accountId: number, sourceId: number): Promise<boolean> {
  const { added, changed, removed } = await findCounts(db, accountId, sourceId)
  return added + changed + removed > 0
}

/** Whether anybody has ever chosen among the streams. */
export async function hasChosen(db: Reader, accountId: number, sourceId: number): Promise<boolean> {
  const row = await db
    .selectFrom('stream')
    .select('id')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    // By values, and not as "is not null": so they are looked up in the index of what is chosen.
    .where('selected', 'in', [0, 1])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export function describeRow(row: {
  schema: string
  fields: string
  own_entry: string
  access: string | null
}) {
  const access = readAccess(row.access) ?? undefined
  return describeStream({
    schema: readSchema(row.schema),
    metadata: readMetadata(row),
    ...(access && { access }),
  })
}

export function readSchema(text: string): DiscoveredStream['schema'] {
  return JSON.parse(text) as DiscoveredStream['schema']
}
