import type { AnyDatabase } from './columns.ts'

/** The version of a source's selection, and its streams by id, page by page. */
export async function streams(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('source')
    .addColumn('selection_version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('stream_page').on('stream').columns(['account_id', 'source_id', 'id']).execute()
}
