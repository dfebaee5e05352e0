import { autoId, required, type AnyDatabase } from './columns.ts'

/** Accounts, flows, sources, credentials, checks, streams, events. */
export async function first(db: AnyDatabase): Promise<void> {
  await autoId(db, 'account')
    .addColumn('company', 'text', required)
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('first_name', 'text', required)
    .addColumn('last_name', 'text', required)
    .addColumn('allowed_origins', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .execute()

  await db.schema
    .createTable('access_token')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('prefix', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('revoked_at', 'bigint')
    .execute()

  await db.schema
    .createTable('ephemeral_token')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('allowed_origins', 'text')
    .addColumn('types', 'text')
    .addColumn('source_id', 'integer')
    .addColumn('functions', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('used_at', 'bigint')
    .addColumn('used_by_flow', 'text')
    .execute()

  await db.schema
    .createTable('flow')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('token_hash', 'text', required)
    .addColumn('app_key_hash', 'text', required)
    .addColumn('origin', 'text', required)
    .addColumn('allowed_origins', 'text', required)
    .addColumn('function', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('source_id', 'integer')
    .addColumn('discovery_job_name', 'text')
    .addColumn('default_streams', 'text')
    .addColumn('locale', 'text')
    .addColumn('cookie_hash', 'text')
    .addColumn('doc_id', 'text')
    .addColumn('step', 'text')
    .addColumn('reopened', 'text')
    .addColumn('walked', 'text', required)
    .addColumn('edit', 'text')
    .addColumn('check_name', 'text')
    .addColumn('proven_at', 'bigint')
    .addColumn('consented_at', 'bigint')
    .addColumn('away_at', 'bigint')
    .addColumn('refusal', 'text')
    .addColumn('authorize_round', 'integer', required)
    .addColumn('status', 'text', required)
    .addColumn('outcome', 'text')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('active_at', 'bigint', required)
    .addColumn('session_expires_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .execute()
  await db.schema.createIndex('flow_open').on('flow').columns(['status', 'active_at']).execute()

  await autoId(db, 'source')
    .addColumn('account_id', 'integer', required)
    .addColumn('type', 'text', required)
    .addColumn('display_name', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('properties', 'text', required)
    .addColumn('settings_version', 'integer', required)
    .addColumn('external_account', 'text')
    .addColumn('check_job_name', 'text')
    .addColumn('paused_at', 'bigint')
    .addColumn('system_paused_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addUniqueConstraint('source_name', ['account_id', 'name'])
    .execute()

  await db.schema
    .createTable('credential')
    .addColumn('source_id', 'integer', required)
    .addColumn('kind', 'text', required)
    .addColumn('account_id', 'integer', required)
    .addColumn('sealed', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('status', 'text', required)
    .addColumn('names', 'text', required)
    .addColumn('expires_at', 'bigint')
    .addColumn('refresh_lease', 'text')
    .addColumn('refresh_lease_until', 'bigint')
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('credential_key', ['source_id', 'kind'])
    .execute()

  await db.schema
    .createTable('oauth_transaction')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('flow_id', 'text', required)
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('slug', 'text', required)
    .addColumn('sealed', 'text', required)
    .addColumn('issuer', 'text')
    .addColumn('token_endpoint', 'text', required)
    .addColumn('redirect_uri', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('taken_at', 'bigint')
    .execute()

  await db.schema
    .createTable('check_job')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('settings_version', 'integer', required)
    .addColumn('status', 'text', required)
    .addColumn('lease', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('attempt', 'integer', required)
    .addColumn('stream_count', 'integer', required)
    .addColumn('failure', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .execute()
  await db.schema.createIndex('check_job_due').on('check_job').columns(['status', 'lease_until']).execute()

  await db.schema
    .createTable('found_stream')
    .addColumn('check_name', 'text', required)
    .addColumn('lease', 'text', required)
    .addColumn('position', 'integer', required)
    .addColumn('tap_stream_id', 'text', required)
    .addColumn('stream_name', 'text', required)
    .addColumn('schema', 'text', required)
    .addColumn('metadata', 'text', required)
    .addColumn('schema_hash', 'text', required)
    .addPrimaryKeyConstraint('found_stream_key', ['check_name', 'lease', 'position'])
    .execute()

  await autoId(db, 'stream')
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('position', 'integer', required)
    .addColumn('tap_stream_id', 'text', required)
    .addColumn('stream_name', 'text', required)
    .addColumn('schema', 'text', required)
    .addColumn('metadata', 'text', required)
    .addColumn('schema_hash', 'text', required)
    .addColumn('field_count', 'integer', required)
    .addColumn('is_view', 'integer', required)
    .addColumn('row_count', 'bigint')
    .addColumn('selected', 'integer')
    .addColumn('replication_method', 'text')
    .addColumn('replication_key', 'text')
    .addColumn('view_key_properties', 'text')
    .addColumn('field_selection', 'text', required)
    .addColumn('change', 'text')
    .addColumn('removed_at', 'bigint')
    .addUniqueConstraint('stream_key', ['source_id', 'tap_stream_id'])
    .execute()

  // Covers the lists: without it they walk past every row's schema.
  await db.schema
    .createIndex('stream_list')
    .on('stream')
    .columns([
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
    ])
    .execute()

  await db.schema
    .createTable('event')
    .addColumn('topic', 'text', required)
    .addColumn('seq', 'integer', required)
    .addColumn('at', 'bigint', required)
    .addColumn('type', 'text', required)
    .addColumn('data', 'text', required)
    .addPrimaryKeyConstraint('event_key', ['topic', 'seq'])
    .execute()
}
