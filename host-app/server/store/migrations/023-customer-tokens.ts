import { required, type AnyDatabase } from './columns.ts'

/** The tokens by which a page sees what may be connected. */
export async function customerTokens(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('customer_token')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('allowed_origins', 'text')
    .addColumn('made_by', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .execute()
  await db.schema.createIndex('customer_token_end').on('customer_token').column('expires_at').execute()
}
