import { required, type AnyDatabase } from './columns.ts'

/** Replies kept for repeated calls. */
export async function idempotency(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('idempotent_reply')
    .addColumn('account_id', 'integer', required)
    .addColumn('key', 'text', required)
    .addColumn('request_hash', 'text', required)
    .addColumn('sealed', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('idempotent_reply_key', ['account_id', 'key'])
    .execute()
  await db.schema.createIndex('idempotent_reply_age').on('idempotent_reply').columns(['created_at']).execute()
}
