import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { writeChoices, type OpenStream } from './choice-store.ts'
import type { StreamFacts } from './found-stream.ts'
import { settledChoice } from './replication.ts'
import { describeRow } from './selection-queries.ts'
import { readChoice, writeChoice } from './stream-choice.ts'

interface ChangedStreams {
  accountId: number
  sourceId: number
  checkName: string
  lease: string
  /** By position. */
  facts: readonly StreamFacts[]
}

const chunkSize = 500

/** Streams that are about to change and whose choice may not hold then: it names fields, or how to replicate. */
export async function findDoubtfulChoices(
  db: Kysely<Tables>,
  { accountId, sourceId, checkName, lease, facts }: ChangedStreams,
): Promise<number[]> {
  const rows = await db
    .selectFrom('found_stream as found')
    .innerJoin('stream', 'stream.tap_stream_id', 'found.tap_stream_id')
    .select(['stream.id', 'found.position', 'stream.replication_method', 'stream.view_key_properties'])
    .where('found.check_name', '=', checkName)
    .where('found.lease', '=', lease)
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .whereRef('stream.schema_hash', '<>', 'found.schema_hash')
    .execute()
  // Most have neither keys nor another method than the one that they would have now: those are as good as settled.
  const isPlain = (method: string | null | undefined) => method === 'FULL_TABLE'
  const doubtful = rows.filter(
    (row) =>
      !isPlain(row.replication_method) ||
      !isPlain(facts[row.position]?.replication_method) ||
      (row.view_key_properties ?? facts[row.position]?.view_key_properties ?? null) !== null,
  )
  return doubtful.map((row) => row.id)
}

/** What of these choices no longer holds gives way to the best that the streams allow now. Returns how many selected ones. */
export async function settleChoices(
  db: Kysely<Tables>,
  { accountId, sourceId }: Pick<ChangedStreams, 'accountId' | 'sourceId'>,
  ids: readonly number[],
): Promise<number> {
  let changed = 0
  for (let start = 0; start < ids.length; start += chunkSize) {
    const rows = await db
      .selectFrom('stream')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('id', 'in', ids.slice(start, start + chunkSize))
      .execute()
    const settled = rows.flatMap((row): OpenStream[] => {
      const description = describeRow(row)
      const choice = settledChoice(description, readChoice(row))
      const after = writeChoice(choice, description)
      const isSame =
        after.replication_method === row.replication_method &&
        after.replication_key === row.replication_key &&
        after.view_key_properties === row.view_key_properties
      return isSame ? [] : [{ id: row.id, description, choice }]
    })
    await writeChoices(db, accountId, sourceId, settled)
    changed += settled.filter(({ choice }) => choice.selected === true).length
  }
  return changed
}
