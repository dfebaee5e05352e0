import { sql } from 'kysely'
import type { Transaction } from './database.ts'
import { readHistory } from './migrate.ts'

/**
 * Really writes, and changes nothing: a full disk, a deleted file or a lost mount shows nowhere else. Returns the
 * migrations that are still to come.
 */
export async function probeStore(tx: Transaction): Promise<readonly string[]> {
  await sql`update kysely_migration_lock set is_locked = is_locked`.execute(tx.db)
  return (await readHistory(tx.db)).pending
}
