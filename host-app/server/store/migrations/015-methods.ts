import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

/** Every stream has a method. Whoever chose a key alone meant to go by it; the rest were read as everything, each time. */
export async function methods(db: AnyDatabase): Promise<void> {
  await sql`
    update stream set replication_method =
      case when coalesce(replication_key, '') = '' then 'FULL_TABLE' else 'INCREMENTAL' end
    where replication_method is null`.execute(db)
}
