import { sql, type Kysely } from 'kysely'
import { nextTurn } from '../../ground/next-turn.ts'
import type { Tables } from '../../store/tables.ts'
import { wholeStreams } from './made-streams.ts'
import { describeRow } from './selection-queries.ts'
import { readChoice, writeChoice, type StreamChoice } from './stream-choice.ts'
import type { StreamDescription } from './stream-description.ts'
import { streamsCalled } from './streams-by-id.ts'

/** A stream with its choice and all that the rules ask about it. */
export interface OpenStream {
  id: number
  description: StreamDescription
  choice: StreamChoice
}

const chunkSize = 300

/** These streams by `tap_stream_id`, opened. */
export async function openStreams(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  tapStreamIds: readonly string[],
): Promise<Map<string, OpenStream>> {
  const opened = new Map<string, OpenStream>()
  for (let start = 0; start < tapStreamIds.length; start += chunkSize) {
    const some = tapStreamIds.slice(start, start + chunkSize)
    const rows = await wholeStreams(streamsCalled(db, accountId, sourceId, some)).execute()
    for (const row of rows) {
      opened.set(row.tap_stream_id, { id: row.id, description: describeRow(row), choice: readChoice(row) })
    }
    await nextTurn()
  }
  return opened
}

/** Writes the choices of these streams, many per statement. */
export async function writeChoices(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  streams: readonly OpenStream[],
): Promise<void> {
  for (let start = 0; start < streams.length; start += chunkSize) {
    const rows = streams.slice(start, start + chunkSize).map(({ id, choice, description }) => {
      const row = writeChoice(choice, description)
      return sql`(cast(${id} as integer), cast(${row.selected} as integer),
        cast(${row.replication_method} as text), cast(${row.replication_key} as text),
        cast(${row.view_key_properties} as text), cast(${row.field_selection} as text))`
    })
    await sql`
      with choice(id, selected, method, replication_key, view_keys, fields) as (values ${sql.join(rows)})
      update stream set selected = choice.selected, replication_method = choice.method,
        replication_key = choice.replication_key, view_key_properties = choice.view_keys,
        field_selection = choice.fields
      from choice
      where stream.id = choice.id and stream.account_id = ${accountId} and stream.source_id = ${sourceId}`.execute(
      db,
    )
    await nextTurn()
  }
}
