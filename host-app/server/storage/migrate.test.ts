import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterAll, describe, expect, it } from 'vitest'
import { checkHistory } from '../../cli/doctor/history-check.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { openSqlite } from './sqlite.ts'
import type { Tables } from './tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshFile = () => join(folder, `${(files += 1)}.db`)
const names = Object.keys(migrations)
const migrator = fileURLToPath(new URL('migrator-process.ts', import.meta.url))

function startMigrator(file: string) {
  const child = spawn(process.execPath, [migrator, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let error = ''
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, error }))
  return { child, ended }
}

/** A store as a version with only these migrations left it. */
async function storeOf(file: string, migrationNames: readonly string[]): Promise<void> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(() => new DatabaseSync(file)) })
  const known = Object.fromEntries(migrationNames.map((name) => [name, migrations[name]!]))
  const provider = { getMigrations: () => Promise.resolve(known) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  expect(error).toBeUndefined()
  await db.destroy()
}

async function findingOf(file: string) {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(() => new DatabaseSync(file, { readOnly: true })) })
  const finding = await checkHistory(db, file)
  await db.destroy()
  return finding
}

it.each(names.map((_, count) => [count]))('starts on a store with the first %i migrations', async (count) => {
  const file = freshFile()
  await storeOf(file, names.slice(0, count))
  expect(await findingOf(file)).toMatchObject({ status: 'warn' })
  await (await openSqlite(file)).close()
  expect(await findingOf(file)).toMatchObject({ status: 'ok' })
})

describe('a history that it cannot go on from', () => {
  it('of a newer version is refused, by name, and nothing is changed', async () => {
    const file = freshFile()
    await (await openSqlite(file)).close()
    const raw = new DatabaseSync(file)
    raw.exec(`insert into kysely_migration values ('999_of_tomorrow', '2030-01-01')`)
    raw.close()
    await expect(openSqlite(file)).rejects.toThrow(/newer version of Bobbin \(999_of_tomorrow\)/)
    expect(await findingOf(file)).toMatchObject({ status: 'fail', message: expect.stringContaining('newer') })
  })

  it.each([
    [0, /holds nothing yet/],
    [1, /Restore the backup/],
    [2, /Restore the backup/],
  ])('half-done after %i migrations is told with what to do', async (done, advice) => {
    const file = freshFile()
    await storeOf(file, names.slice(0, done))
    // What an earlier version left when it was killed within the next one: its changes, and no record of it.
    const raw = new DatabaseSync(file)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(() => raw) })
    await migrations[names[done]!]!.up(db)
    await db.destroy()
    await expect(openSqlite(file)).rejects.toThrow(advice)
    await expect(openSqlite(file)).rejects.toThrow(names[done]!)
    expect(await findingOf(file)).toMatchObject({ status: 'fail', message: expect.stringMatching(advice) })
  })
})

it('survives being killed while it makes the store', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 12; round += 1) {
    const file = freshFile()
    const { child, ended } = startMigrator(file)
    // Node needs a while to start: kills are spread over the moments from the file's first byte on.
    while (child.exitCode === null && statSync(file, { throwIfNoEntry: false }) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await new Promise((resolve) => setTimeout(resolve, round * 2))
    child.kill('SIGKILL')
    await ended
    const database = await openSqlite(file)
    expect(await database.read.selectFrom('account').selectAll().execute()).toEqual([])
    await database.close()
  }
})

it('lets two make the same store at once', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 4; round += 1) {
    const file = freshFile()
    const both = await Promise.all([startMigrator(file).ended, startMigrator(file).ended])
    expect(both).toEqual([
      { code: 0, error: '' },
      { code: 0, error: '' },
    ])
  }
})

it('keeps the files for their owner, also those of a store that others could read', async () => {
  const file = freshFile()
  await (await openSqlite(file)).close()
  chmodSync(file, 0o644)
  const database = await openSqlite(file)
  await database.write(async (tx) => {
    await tx.db.deleteFrom('event').execute()
  })
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
  await database.close()
})
