import type { AnyDatabase } from './columns.ts'

/** Trips to a provider know when their end was told, and keep an answer that came by POST for a minute. */
export async function callbacks(db: AnyDatabase): Promise<void> {
  for (const column of ['ended_at', 'parked_until']) {
    await db.schema.alterTable('oauth_transaction').addColumn(column, 'bigint').execute()
  }
  for (const column of ['parked', 'parked_id']) {
    await db.schema.alterTable('oauth_transaction').addColumn(column, 'text').execute()
  }
  await db.schema.createIndex('trip_flow').on('oauth_transaction').column('flow_id').execute()
  await db.schema.createIndex('trip_parked').on('oauth_transaction').column('parked_id').execute()
  await db
    .updateTable('oauth_transaction')
    .set((eb) => ({ ended_at: eb.ref('taken_at') }))
    .execute()
}
