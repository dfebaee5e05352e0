import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Reader } from '../../server/store/database.ts'
import { migrate, newer, readHistory } from '../../server/store/migrate.ts'
import { sqliteDialect } from '../../server/store/sqlite/sqlite-dialect.ts'
import { OperatorError } from '../../server/ground/operator-error.ts'
import type { Tables } from '../../server/store/tables.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Whether the next start can go on from what earlier starts made of the schema. Changes nothing. */
export async function checkHistory(db: Reader, file: string): Promise<Finding> {
  const { pending, unknown } = await readHistory(db)
  if (unknown.length > 0) return fail('migrations', newer(unknown, file))
  if (pending.length === 0) return ok('migrations', 'current')
  const problem = await rehearse(db, file)
  return problem === null
    ? warn('migrations', `${pending.length} are to come; the next start runs them: make a backup first`)
    : fail('migrations', problem)
}

/** Runs what is to come on a copy of the schema, without its rows. */
async function rehearse(db: Reader, file: string): Promise<string | null> {
  const copy = new DatabaseSync(':memory:')
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where sql is not null and name not like 'sqlite~_%' escape '~'
    order by case type when 'table' then 0 else 1 end`.execute(db)
  for (const { sql: statement } of rows) copy.exec(statement)
  const rehearsal = new Kysely<Tables>({ dialect: sqliteDialect(() => copy) })
  try {
    await copyHistory(db, rehearsal)
    await migrate(rehearsal, file)
    return null
  } catch (error) {
    if (error instanceof OperatorError) return error.message
    return `the next start will fail: ${error instanceof Error ? error.message : 'for an unknown reason'}`
  } finally {
    await rehearsal.destroy()
  }
}

async function copyHistory(from: Reader, to: Reader): Promise<void> {
  const { rows: tables } = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(
    from,
  )
  if (tables.length === 0) return
  const { rows } = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from kysely_migration`.execute(from)
  for (const { name, timestamp } of rows) {
    await sql`insert into kysely_migration (name, timestamp) values (${name}, ${timestamp})`.execute(to)
  }
}
