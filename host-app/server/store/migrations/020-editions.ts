import type { AnyDatabase } from './columns.ts'

const whole = ['stream_id', 'field_count', 'is_view'] as const
const columns = [
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
]

/**
 * What a check finds is stored once, and seen from an edition on; streams that are there are of the first. What a check
 * of the version before has found is dropped: it starts over.
 */
export async function editions(db: AnyDatabase): Promise<void> {
  for (const [table, column] of [
    ['source', 'edition'],
    ['stream', 'since'],
  ] as const) {
    await db.schema
      .alterTable(table)
      .addColumn(column, 'integer', (type) => type.notNull().defaultTo(0))
      .execute()
  }
  for (const column of whole) {
    await db.schema
      .alterTable('found_stream')
      .addColumn(column, 'integer', (type) => type.notNull().defaultTo(0))
      .execute()
  }
  await db.schema.alterTable('found_stream').addColumn('row_count', 'bigint').execute()
  await db.schema.alterTable('found_stream').addColumn('replication_method', 'text').execute()
  await db.schema.alterTable('found_stream').addColumn('view_key_properties', 'text').execute()
  await db.schema.dropIndex('stream_list').execute()
  await db.schema.createIndex('stream_list').on('stream').columns(columns).execute()
}
