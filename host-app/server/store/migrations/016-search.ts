import { sql } from 'kysely'
import { streamText } from '@bobbin/shared/stream-search'
import type { AnyDatabase } from './columns.ts'

/** Streams whose texts are written by one statement. */
const chunkSize = 1_000

const foundColumns = ['check_name', 'lease', 'position', 'tap_stream_id', 'stream_name']

/** What streams are searched by, in the index that their lists are read from. */
export async function search(db: AnyDatabase): Promise<void> {
  for (const table of ['found_stream', 'stream']) {
    await db.schema
      .alterTable(table)
      .addColumn('search_text', 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
  for (const row of await db.selectFrom('found_stream').select(foundColumns).execute()) {
    await db
      .updateTable('found_stream')
      .set({ search_text: streamText(row as never) })
      .where('check_name', '=', row['check_name'])
      .where('lease', '=', row['lease'])
      .where('position', '=', row['position'])
      .execute()
  }
  // Before the index is there: it would be written once more for every row.
  await db.schema.dropIndex('stream_list').execute()
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('stream')
      .select(['id', 'tap_stream_id', 'stream_name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(chunkSize)
      .execute()
    const last = rows.at(-1)
    if (!last) break
    const texts = rows.map(
      (row) => sql`(cast(${row['id']} as integer), cast(${streamText(row as never)} as text))`,
    )
    await sql`with found(id, search_text) as (values ${sql.join(texts)})
      update stream set search_text = found.search_text from found where stream.id = found.id`.execute(db)
    after = Number(last['id'])
  }
  await db.schema
    .createIndex('stream_list')
    .on('stream')
    .columns([
      'account_id',
      'source_id',
      'position',
      'tap_stream_id',
      'stream_name',
      'selected',
      'is_view',
      'row_count',
      'field_count',
      'replication_method',
      'replication_key',
      'view_key_properties',
      'change',
      'removed_at',
      'search_text',
    ])
    .execute()
}
