import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** A check may not be able to tell whether the settings work: then it is repeated by itself. */
export async function verdicts(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('check_job').addColumn('verdict', 'text').execute()
  await db.schema.alterTable('source').addColumn('recheck_at', 'integer').execute()
  await sql`create index source_recheck on source (recheck_at) where recheck_at is not null`.execute(db)
}
