import { constants, existsSync } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Config } from '../../server/config.ts'
import { countKeyUsage } from '../../server/credentials/key-usage.ts'
import { sealedColumns } from '../../server/credentials/sealed-columns.ts'
import type { Reader } from '../../server/storage/database.ts'
import { openingError } from '../../server/storage/explain-opening.ts'
import { sqliteDialect } from '../../server/storage/sqlite-dialect.ts'
import type { Tables } from '../../server/storage/tables.ts'
import { fail, ok, warn, type Finding } from './finding.ts'
import { checkHistory } from './history-check.ts'

/** Free space below which writes are about to fail, in bytes. */
const leastSpace = 200 * 1024 * 1024

/** The data folder, the database in it, and the keys of what is sealed there. Changes nothing. */
export async function checkStore(config: Config): Promise<Finding[]> {
  const file = join(config.dataDir, 'bobbin.sqlite')
  const folder = await checkFolder(config.dataDir)
  if (!existsSync(file)) {
    return [...folder, warn('database', 'not there yet; the first start makes it')]
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
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return [fail('data folder', `${folder} cannot be written: set BOBBIN_DATA_DIR, or make it this user's`)]
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

async function checkKeys(db: Reader, { encryptionKeys }: Config): Promise<Finding[]> {
  const usage = await countKeyUsage(db, sealedColumns, Date.now())
  const configured = encryptionKeys.map(({ id }) => id)
  const sum = (rows: number, one: { rows: number }) => rows + one.rows
  const lost = usage.filter(({ keyId }) => keyId === null || !configured.includes(keyId))
  const old = usage.filter(({ keyId }) => keyId !== null && configured.indexOf(keyId) > 0)
  const findings: Finding[] = []
  if (lost.length > 0) {
    const names = lost.map(({ keyId }) => keyId ?? 'none').join(', ')
    findings.push(
      fail(
        'keys',
        `${lost.reduce(sum, 0)} rows cannot be opened: put their key (${names}) back into BOBBIN_ENCRYPTION_KEYS`,
      ),
    )
  }
  if (old.length > 0) {
    findings.push(warn('keys', `${old.reduce(sum, 0)} rows are under an older key: run bobbin keys rotate`))
  }
  return findings.length > 0 ? findings : [ok('keys', `all is under ${configured[0]}`)]
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
