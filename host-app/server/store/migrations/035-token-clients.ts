import type { AnyDatabase } from './columns.ts'

/** A token may say by which OAuth client its flow authorizes. */
export async function tokenClients(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('ephemeral_token').addColumn('oauth_client_id', 'text').execute()
  await db.schema.alterTable('flow').addColumn('oauth_client_id', 'text').execute()
}
