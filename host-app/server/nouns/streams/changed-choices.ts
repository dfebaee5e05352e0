import type { Kysely } from 'kysely'
import type { NewFieldsPolicy } from '../../../connectors/new-fields-property.ts'
import type { Tables } from '../../store/tables.ts'
import { writeChoices, type OpenStream } from './choice-store.ts'
import { wholeStreams } from './made-streams.ts'
import { withNewFields } from './new-fields.ts'
import { settledChoice } from './replication.ts'
import { describeRow } from './selection-queries.ts'
import { stagedStreams, type Portion, type Staged } from './staged-streams.ts'
import { readChoice, writeChoice } from './stream-choice.ts'
import { streamsWithIds } from './streams-by-id.ts'

/**
 * Streams of this portion that are about to change, as they are before, and whose choice may not hold then: it is selected,
 * or names fields, or how to replicate.
 */
export async function findDoubtfulChoices(
  db: Kysely<Tables>,
  staged: Staged,
  portion: Portion,
): Promise<OpenStream[]> {
  const rows = await stagedStreams(db, staged, portion)
    .innerJoin('stream_make', (join) =>
      join
        .onRef('stream_make.id', '=', 'stream.make_id')
        .onRef('stream_make.account_id', '=', 'stream.account_id'),
    )
    .selectAll('stream')
    .select(['stream_make.schema', 'stream_make.fields'])
    .select(['found.replication_method as method_then', 'found.view_key_properties as keys_then'])
    .whereRef('stream.schema_hash', '<>', 'found.schema_hash')
    .execute()
  // Most have neither keys nor another method than the one that they would have now: those are as good as settled.
  const isPlain = (method: string | null) => method === 'FULL_TABLE'
  const doubtful = rows.filter(
    (row) =>
      row.selected === 1 ||
      !isPlain(row.replication_method) ||
      !isPlain(row.method_then) ||
      (row.view_key_properties ?? row.keys_then) !== null,
  )
  return doubtful.map((row) => ({ id: row.id, description: describeRow(row), choice: readChoice(row) }))
}

/**
 * What of these choices no longer holds gives way to the best that the streams allow now, and new fields follow the source's
 * policy. `before`: as they were. Returns how many selected ones changed.
 */
export async function settleChoices(
  db: Kysely<Tables>,
  { accountId, sourceId, newFields }: Pick<Staged, 'accountId' | 'sourceId'> & { newFields: NewFieldsPolicy },
  before: readonly OpenStream[],
): Promise<number> {
  if (before.length === 0) return 0
  const known = new Map(before.map((stream) => [stream.id, stream]))
  const rows = await wholeStreams(streamsWithIds(db, accountId, sourceId, [...known.keys()])).execute()
  const settled = rows.flatMap((row): OpenStream[] => {
    const description = describeRow(row)
    const kept = settledChoice(description, readChoice(row))
    const old = known.get(row.id)
    const choice = old && kept.selected ? withNewFields(newFields, old, description, kept) : kept
    const after = writeChoice(choice, description)
    const isSame =
      after.replication_method === row.replication_method &&
      after.replication_key === row.replication_key &&
      after.view_key_properties === row.view_key_properties &&
      after.field_selection === row.field_selection
    return isSame ? [] : [{ id: row.id, description, choice }]
  })
  await writeChoices(db, accountId, sourceId, settled)
  return settled.filter(({ choice }) => choice.selected === true).length
}
