import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

const listed = [
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
  'since',
  'access',
]

/**
 * Streams may be there and not be readable, which lists tell from their index; and a token may say which streams its flow
 * needs, allows and hides.
 */
export async function streamAccess(db: AnyDatabase): Promise<void> {
  for (const table of ['stream', 'found_stream'])
    await db.schema.alterTable(table).addColumn('access', 'text').execute()
  await db.schema.dropIndex('stream_list').execute()
  await db.schema.createIndex('stream_list').on('stream').columns(listed).execute()
  await db.schema.dropIndex('stream_chosen').execute()
  await sql`create index stream_chosen on stream
    (account_id, source_id, selected, tap_stream_id, field_count, removed_at, access) where selected is not null`.execute(
    db,
  )
  await db.schema.alterTable('ephemeral_token').addColumn('streams', 'text').execute()
  await db.schema.alterTable('flow').addColumn('token_streams', 'text').execute()
}
