import { required, type AnyDatabase } from './columns.ts'

/** The sessions of pages, and which customer tokens were made in one. */
export async function pageSessions(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('page_session')
    .addColumn('session_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('token_hash', 'text', required)
    .addColumn('origin', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .execute()
  await db.schema.createIndex('page_session_end').on('page_session').column('expires_at').execute()
  await db.schema.alterTable('customer_token').addColumn('session_hash', 'text').execute()
  await db.schema.createIndex('customer_token_session').on('customer_token').column('session_hash').execute()
}
