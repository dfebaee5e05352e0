import { required, type AnyDatabase } from './columns.ts'

/** What the app of an account is called, and its logo. */
export async function apps(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('account').addColumn('app_name', 'text').execute()
  await db.schema
    .createTable('app_logo')
    .addColumn('account_id', 'integer', (column) => column.primaryKey())
    .addColumn('file', 'text', required)
    .addColumn('picture', 'text', required)
    .execute()
  await db.schema.createIndex('app_logo_file').on('app_logo').column('file').execute()
}
