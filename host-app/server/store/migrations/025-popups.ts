import { required, type AnyDatabase } from './columns.ts'

/** Windows that xkit.js opens: how they are logged in, and what is done in them. */
export async function popups(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('popup_login')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('origin', 'text', required)
    .addColumn('made_by', 'text', required)
    .addColumn('cookie_hash', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .execute()
  await db.schema.createIndex('popup_login_end').on('popup_login').column('expires_at').execute()
  await db.schema.createIndex('popup_login_cookie').on('popup_login').column('cookie_hash').execute()
  await db.schema
    .createTable('popup_authorization')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('origin', 'text', required)
    .addColumn('made_by', 'text')
    .addColumn('type', 'text', required)
    .addColumn('source_id', 'integer')
    .addColumn('flow_id', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('start_until', 'bigint', required)
    .execute()
  await db.schema
    .createIndex('popup_authorization_age')
    .on('popup_authorization')
    .column('created_at')
    .execute()
}
