import { sql } from 'kysely'
import { autoId, required, type AnyDatabase } from './columns.ts'

/** The name of a deleted source may be had by another. A constraint cannot be taken off a table, so the rows move. */
export async function names(db: AnyDatabase): Promise<void> {
  await autoId(db, 'source_moved')
    .addColumn('account_id', 'integer', required)
    .addColumn('type', 'text', required)
    .addColumn('display_name', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('properties', 'text', required)
    .addColumn('settings_version', 'integer', required)
    .addColumn('selection_version', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('external_account', 'text')
    .addColumn('configured_at', 'bigint')
    .addColumn('check_job_name', 'text')
    .addColumn('paused_at', 'bigint')
    .addColumn('system_paused_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute()
  const columns = sql.raw(
    `id, account_id, type, display_name, name, properties, settings_version, selection_version, external_account,
     configured_at, check_job_name, paused_at, system_paused_at, deleted_at, created_at, updated_at`,
  )
  await sql`insert into source_moved (${columns}) select ${columns} from source`.execute(db)
  await db.schema.dropTable('source').execute()
  await db.schema.alterTable('source_moved').renameTo('source').execute()
  await sql`create unique index source_name on source (account_id, name) where deleted_at is null`.execute(db)
  await db.schema.createIndex('source_of_account').on('source').columns(['account_id', 'id']).execute()
}
