import { existsSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Config } from '../../server/config.ts'
import { OperatorError } from '../../server/ground/operator-error.ts'
import { requireWritable } from '../../server/store/data-folder.ts'
import type { Reader } from '../../server/store/database.ts'
import { openingError } from '../../server/store/sqlite/explain-opening.ts'
import { sqliteDialect } from '../../server/store/sqlite/sqlite-dialect.ts'
import type { Tables } from '../../server/store/tables.ts'
import { fail, ok, warn, type Finding } from './finding.ts'
import { checkHistory } from './history-check.ts'
import { checkKeys } from './key-checks.ts'

/** Free space below which writes are about to fail, in bytes. */
const leastSpace = 200 * 1024 * 1024

/** The data folder, the database in it, and the keys of what is sealed there. Changes nothing. */
export async function checkStore(config: Config): Promise<Finding[]> {
  const file = join(config.dataDir, 'bobbin.sqlite')
  const folder = await checkFolder(config.dataDir)
  if (!existsSync(file)) {
    const wasDeleted = existsSync(`${file}-wal`)
    return [
      ...folder,
      wasDeleted
        ? fail(
            'database',
            `${file} was deleted in use: its log is still there. Stop the server and restore a backup`,
          )
        : warn('database', 'not there yet; the first start makes it'),
    ]
  }
  let db: Reader | null = null
  try {
    db = new Kysely<Tables>({
      dialect: sqliteDialect(() => new DatabaseSync(file, { readOnly: true, timeout: 5_000 })),
    })
    return [
      ...folder,
      ...(await checkDatabase(db, file)),
      ...(await checkKeys(db, config)),
      await checkClock(db),
    ]
  } catch (error) {
    const problem = openingError(file, error)
    return [...folder, fail('database', problem instanceof Error ? problem.message : 'cannot be read')]
  } finally {
    await db?.destroy()
  }
}

async function checkFolder(folder: string): Promise<Finding[]> {
  try {
    await requireWritable(folder)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    const isMissing = error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT'
    return [
      isMissing
        ? warn('data folder', `${folder} is not there yet; the first start makes it`)
        : fail('data folder', error.message),
    ]
  }
  const { mode } = await stat(folder)
  const { bavail, bsize } = await statfs(folder)
  const space = bavail * bsize
  return [
    (mode & 0o077) === 0
      ? ok('data folder', `${folder}, for its owner only`)
      : warn('data folder', `others on this machine may look into it: chmod 700 ${folder}`),
    space < leastSpace
      ? fail('disk', `only ${Math.round(space / 1_048_576)} MB are free: make room`)
      : ok('disk', `${Math.round(space / 1_048_576)} MB are free`),
  ]
}

async function checkDatabase(db: Reader, file: string): Promise<Finding[]> {
  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
    return rows.map((row) => String(Object.values(row)[0]))
  }
  const problems = await pragma('quick_check(5)')
  const [journal] = await pragma('journal_mode')
  return [
    problems.join() === 'ok'
      ? ok('database', 'opens, and is whole')
      : fail('database', `is damaged: ${problems[0]}. Stop the server and restore a backup`),
    journal === 'wal'
      ? ok('journal', 'write-ahead log')
      : warn('journal', `is ${journal}: the next start turns the write-ahead log on`),
    await checkHistory(db, file),
  ]
}

/** Leases and lifetimes are times of this machine: a clock that was set back makes them last too long. */
async function checkClock(db: Reader): Promise<Finding> {
  const { newest } = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('at').as('newest'))
    .executeTakeFirstOrThrow()
  const ahead = Math.round(((newest ?? 0) - Date.now()) / 1_000)
  return ahead > 60
    ? fail('clock', `the store knows of events ${ahead} s in the future: set this machine's clock (NTP)`)
    : ok('clock', new Date().toISOString())
}
