import { sql } from 'kysely'
import type { Database, SourceKey, Transaction } from '../store/database.ts'

/*
 * For tests: notes of which sources a write changed what is derived of them, so that one that was not touched is told.
 * `configured.ts` says what it is derived from; a column that is read there for the first time has its place here.
 */

const differs = (columns: readonly string[]) =>
  columns.map((column) => `old.${column} is not new.${column}`).join(' or ')

/** When a change of a row counts. Of checks only those that prove something; what proves other settings may go. */
const changes = {
  source: { id: 'id', update: differs(['type', 'properties', 'settings_version']) },
  credential: { id: 'source_id', update: differs(['status', 'names']), delete: 'true' },
  check_job: {
    id: 'source_id',
    insert: `new.status = 'succeeded'`,
    update: `new.status = 'succeeded' and (${differs(['status', 'settings_version'])})`,
  },
  stream: {
    id: 'source_id',
    insert: 'new.selected = 1',
    update: differs(['selected', 'field_selection', 'removed_at']),
    delete: 'old.selected = 1',
  },
}

/** For the life of this connection. */
export async function noteChanges(database: Database): Promise<void> {
  const statements = Object.entries(changes).flatMap(([table, { id, ...when }]) =>
    Object.entries({ insert: 'true', ...when }).map(([event, condition]) => {
      const row = event === 'delete' ? 'old' : 'new'
      return `create temp trigger changed_${table}_${event} after ${event} on main.${table} when ${condition}
        begin insert into changed_source values (${row}.account_id, ${row}.${id}, '${table}'); end`
    }),
  )
  await database.write(async (tx) => {
    await sql`create temp table changed_source (account_id, source_id, what)`.execute(tx.db)
    for (const statement of statements) await sql.raw(statement).execute(tx.db)
  })
}

/** Runs the work; what it changed it must have touched. */
export async function expectTouches<Result>(
  tx: Transaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const touched = new Set<string>()
  const keyOf = ({ accountId, sourceId }: SourceKey) => `${accountId}/${sourceId}`
  await sql`delete from temp.changed_source`.execute(tx.db)
  const result = await work({
    ...tx,
    touch(source) {
      touched.add(keyOf(source))
      tx.touch(source)
    },
  })
  const { rows } = await sql<SourceKey & { what: string }>`
    select distinct account_id as accountId, source_id as sourceId, what from temp.changed_source`.execute(
    tx.db,
  )
  const forgotten = rows.find((row) => !touched.has(keyOf(row)))
  if (forgotten) {
    throw new Error(`A write changed the ${forgotten.what} of source ${keyOf(forgotten)} without tx.touch.`)
  }
  return result
}
