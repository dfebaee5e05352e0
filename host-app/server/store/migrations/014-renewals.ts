import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/**
 * Grants know how long their tokens live, for the renewals that do not say, and how often a renewal was refused
 * without a reason. Trips know that it was told that nobody came back.
 */
export async function renewals(db: AnyDatabase): Promise<void> {
  for (const column of ['token_lifetime', 'refused_since', 'renew_after']) {
    await db.schema.alterTable('credential').addColumn(column, 'bigint').execute()
  }
  await db.schema.alterTable('credential').addColumn('refusals', 'integer').execute()
  await db.schema.alterTable('grant_aside').addColumn('token_lifetime', 'bigint').execute()
  await db.schema.alterTable('oauth_transaction').addColumn('missed_at', 'bigint').execute()
  await db
    .updateTable('credential')
    .set({ token_lifetime: sql`expires_at - updated_at` })
    .whereRef('expires_at', '>', 'updated_at')
    .where('kind', '=', 'oauth')
    .execute()
}
