import type { AnyDatabase } from './columns.ts'

/** Grants know since when their renewal fails for no fault of theirs, and why, so that it is asked for ever more seldom. */
export async function failingRenewals(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('credential').addColumn('failing_since', 'bigint').execute()
  await db.schema.alterTable('credential').addColumn('renewal_failure', 'text').execute()
}
