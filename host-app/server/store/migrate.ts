import { sql, type Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import { OperatorError } from '../ground/operator-error.ts'

/** Which migrations a database has seen. */
export interface History {
  /** Known to this version, and still to come. */
  readonly pending: readonly string[]
  /** Not known to this version: a newer one has been here. */
  readonly unknown: readonly string[]
}

// oxlint-disable-next-line typescript/no-explicit-any -- of any schema: it may be anybody's file
type AnyDatabase = Kysely<any>

/**
 * Brings the schema up to date, in one transaction: a kill, a full disk or a second start in the middle
 * leaves what was there before.
 *
 * @throws {OperatorError} a history that this version cannot go on from.
 */
export async function migrate(db: AnyDatabase, file: string): Promise<void> {
  const before = await readHistory(db)
  refuseNewer(before, file)
  if (before.pending.length === 0) return
  await db.transaction().execute(async (trx) => {
    const provider = { getMigrations: () => Promise.resolve(migrations) }
    const { error, results = [] } = await new Migrator({ db: trx, provider }).migrateToLatest()
    if (!error) return
    const failed = results.find(({ status }) => status === 'Error')?.migrationName ?? null
    if (failed && isAlreadyThere(error)) throw new OperatorError(halfDone(failed, file), { cause: error })
    throw new Error('The database could not be brought up to date.', { cause: error })
  })
}

/** A database without any history has all of it to come. */
export async function readHistory(db: AnyDatabase): Promise<History> {
  const { rows: tables } = await sql`
    select name from sqlite_master where type = 'table' and name = 'kysely_migration'`.execute(db)
  const done = new Set<string>()
  if (tables.length > 0) {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
    for (const { name } of rows) done.add(name)
  }
  const known = Object.keys(migrations)
  return {
    pending: known.filter((name) => !done.has(name)),
    unknown: [...done].filter((name) => !known.includes(name)).toSorted(),
  }
}

function refuseNewer({ unknown }: History, file: string): void {
  if (unknown.length > 0) throw new OperatorError(newer(unknown, file))
}

export function newer(unknown: readonly string[], file: string): string {
  return `${file} was used by a newer version of Bobbin (${unknown.join(', ')}): start that version, or restore the backup from before its first start.`
}

/** Versions before this one ran migrations without a transaction, and could stop in the middle of one. */
function halfDone(name: string, file: string): string {
  const isFirst = name === Object.keys(migrations)[0]
  const advice = isFirst
    ? 'It holds nothing yet: move it away, and start again.'
    : 'Restore the backup from before the upgrade.'
  return `${file} was left in the middle of an upgrade (${name}) by an earlier version. ${advice}`
}

/** What a statement of a migration says that was run before: SQLite has no codes of its own for these. */
function isAlreadyThere(error: unknown): boolean {
  return (
    error instanceof Error &&
    /already exists|duplicate column name|no such (?:table|column)/.test(error.message)
  )
}
