import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { createDerivation } from '../store/derivation.ts'
import { openSqlite } from '../store/sqlite/sqlite.ts'
import { expectTouches, noteChanges } from './touches.testing.ts'

/**
 * For tests: the store on which each write runs its work twice, the first time for nothing, as a store does
 * that finds at the commit that others were quicker. What a write does beside its `tx` is then done twice. And what it
 * changed without a `tx.touch` fails it.
 */
export async function openTestStore(...open: Parameters<typeof openSqlite>): Promise<Database> {
  const database = await openSqlite(...open)
  await noteChanges(database)
  return runningTwice(database)
}

export function runningTwice(database: Database): Database {
  const derivation = createDerivation()
  return {
    ...database,
    derive: derivation.derive,
    write: (work) =>
      database.write(async (tx) => {
        await sql`savepoint first_run`.execute(tx.db)
        try {
          await derivation.run(work, { db: tx.db, afterCommit() {} })
        } catch {
          // Whatever came of it: only the second run counts.
        }
        await sql`rollback to first_run`.execute(tx.db)
        await sql`release first_run`.execute(tx.db)
        return derivation.run((again) => expectTouches(again, work), tx)
      }),
  }
}
