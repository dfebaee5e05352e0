import { autoId, required, type AnyDatabase } from './columns.ts'

/** Webhooks with their secrets and deliveries; what the account was told of sources and grants. */
export async function webhooks(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('webhook')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('url', 'text', required)
    .addColumn('description', 'text')
    .addColumn('event_types', 'text')
    .addColumn('enabled', 'integer', required)
    .addColumn('disabled_reason', 'text')
    .addColumn('failing_since', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute()
  await db.schema.createIndex('webhook_account').on('webhook').columns(['account_id', 'created_at']).execute()

  await db.schema
    .createTable('webhook_secret')
    .addColumn('webhook_id', 'text', required)
    .addColumn('account_id', 'integer', required)
    .addColumn('version', 'integer', required)
    .addColumn('sealed', 'text', required)
    .addColumn('expires_at', 'bigint')
    .addPrimaryKeyConstraint('webhook_secret_key', ['webhook_id', 'version'])
    .execute()

  await autoId(db, 'webhook_delivery')
    .addColumn('account_id', 'integer', required)
    .addColumn('webhook_id', 'text', required)
    .addColumn('event_seq', 'integer', required)
    .addColumn('event_id', 'text', required)
    .addColumn('event_type', 'text', required)
    .addColumn('source_id', 'integer')
    .addColumn('status', 'text', required)
    .addColumn('replayed', 'integer', required)
    .addColumn('due_at', 'bigint')
    .addColumn('lease', 'text')
    .addColumn('attempts', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .execute()
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(`webhook_delivery_${name}`).on('webhook_delivery').columns(columns)
  await index('due', ['due_at']).where('due_at', 'is not', null).execute()
  await index('leased', ['webhook_id']).where('lease', 'is not', null).execute()
  await index('line', ['webhook_id', 'source_id', 'id']).where('status', '=', 'pending').execute()
  await index('list', ['webhook_id', 'id']).execute()
  await index('age', ['ended_at']).where('ended_at', 'is not', null).execute()

  await db.schema.alterTable('source').addColumn('configured_at', 'bigint').execute()
  await db.schema.alterTable('credential').addColumn('warned_version', 'integer').execute()
}
