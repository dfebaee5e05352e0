import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** A token may give settings of the source that its flow adds or edits: sealed, for some are secrets. */
export async function presets(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('ephemeral_token').addColumn('presets', 'text').execute()
  await db.schema.alterTable('flow').addColumn('presets', 'text').execute()
  // Few have any, and all that is sealed is walked when keys change.
  await sql`create index flow_presets on flow (id, account_id) where presets is not null`.execute(db)
}
