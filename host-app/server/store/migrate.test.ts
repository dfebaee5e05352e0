import { mkdtempSync, rmSync, statSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { checkHistory } from '../../cli/doctor/history-check.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite/sqlite-dialect.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import { migrationNames, storeOf } from './stores.testing.ts'
import type { Tables } from './tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshFile = () => join(folder, `${(files += 1)}.db`)

async function findingOf(file: string) {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(() => new DatabaseSync(file, { readOnly: true })) })
  const finding = await checkHistory(db, file)
  await db.destroy()
  return finding
}

it.each(migrationNames.map((_, count) => [count]))(
  'starts on a store with the first %i migrations',
  async (count) => {
    const file = freshFile()
    await storeOf(file, migrationNames.slice(0, count))
    expect(await findingOf(file)).toMatchObject({ status: 'warn' })
    await (await openSqlite(file)).close()
    expect(await findingOf(file)).toMatchObject({ status: 'ok' })
  },
)

it('moves sources as they are, and frees the names of deleted ones alone', async () => {
  const file = freshFile()
  await storeOf(file, migrationNames.slice(0, migrationNames.indexOf('013_names')))
  const raw = new DatabaseSync(file)
  const add = (account: number, name: string, deletedAt: number | null) =>
    raw
      .prepare(
        `insert into source (account_id, type, display_name, name, properties, settings_version, selection_version,
          configured_at, deleted_at, created_at, updated_at) values (?, 'import_api', ?, ?, '{}', 3, 5, 7, ?, 8, 9)`,
      )
      .run(account, name, name, deletedAt)
  add(1, 'orders', null)
  add(1, 'gone', 10)
  add(2, 'orders', null)
  const sources = raw.prepare('select * from source order by id').all()
  const before = sources.map((row) => entriesOf({ ...row, edition: 0 }))
  raw.close()
  await (await openSqlite(file)).close()
  const moved = new DatabaseSync(file)
  const columns = before[0]?.map(([name]) => name).join()
  expect(moved.prepare(`select ${columns} from source order by id`).all().map(entriesOf)).toEqual(before)
  const insert = moved.prepare(
    `insert into source (account_id, type, display_name, name, properties, settings_version, created_at, updated_at)
      values (?, 'import_api', 'x', ?, '{}', 1, 1, 1)`,
  )
  expect(Number(insert.run(1, 'gone').lastInsertRowid)).toBe(4)
  expect(() => insert.run(1, 'gone')).toThrow(/unique/i)
  expect(() => insert.run(2, 'orders')).toThrow(/unique/i)
  moved.close()
})

it('gives streams without a method the one that their choice meant', async () => {
  const file = freshFile()
  await storeOf(file, migrationNames.slice(0, migrationNames.indexOf('015_methods')))
  const raw = new DatabaseSync(file)
  const add = (id: string, method: string | null, key: string | null) =>
    raw
      .prepare(
        `insert into stream (account_id, source_id, position, tap_stream_id, stream_name, schema, metadata, schema_hash,
          field_count, is_view, replication_method, replication_key, field_selection)
          values (1, 1, 0, ?, ?, '{}', '[]', '', 1, 0, ?, ?, '{}')`,
      )
      .run(id, id, method, key)
  add('a', null, null)
  add('b', null, 'id')
  add('c', 'INCREMENTAL', 'id')
  add('d', 'INCREMENTAL', '')
  raw.close()
  await (await openSqlite(file)).close()
  const moved = new DatabaseSync(file)
  const rows = moved.prepare('select replication_method, replication_key from stream order by id').all()
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['FULL_TABLE', null],
    ['INCREMENTAL', 'id'],
    ['INCREMENTAL', 'id'],
    ['INCREMENTAL', ''],
  ])
  moved.close()
})

it('makes streams that are there findable, and what a running check has found', async () => {
  const file = freshFile()
  await storeOf(file, migrationNames.slice(0, migrationNames.indexOf('016_search')))
  const raw = new DatabaseSync(file)
  const insert = raw.prepare(
    `insert into stream (account_id, source_id, position, tap_stream_id, stream_name, schema, metadata, schema_hash,
      field_count, is_view, field_selection) values (1, 1, 0, ?, ?, '{}', '[]', '', 1, 0, '{}')`,
  )
  raw.exec('begin')
  for (let index = 0; index < 2_500; index++) insert.run(`db-public-t_${index}`, `Té_${index}`)
  raw.exec('commit')
  raw.exec(`insert into found_stream (check_name, lease, position, tap_stream_id, stream_name, schema, metadata, schema_hash)
    values ('c', 'l', 0, 'DB-a', 'Á', '{}', '[]', '')`)
  raw.close()
  await (await openSqlite(file)).close()
  const moved = new DatabaseSync(file)
  const texts = moved.prepare('select search_text from stream order by id').all()
  expect(texts).toHaveLength(2_500)
  expect([texts[0], texts.at(-1)].map((row) => row?.['search_text'])).toEqual([
    'db public t 0 te 0',
    'db public t 2499 te 2499',
  ])
  expect(moved.prepare('select search_text from found_stream').get()?.['search_text']).toBe('db a a')
  moved.close()
})

const entriesOf = (row: object) => Object.entries(row).toSorted(([one], [other]) => one.localeCompare(other))

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
    await storeOf(file, migrationNames.slice(0, done))
    // What an earlier version left when it was killed within the next one: its changes, and no record of it.
    const raw = new DatabaseSync(file)
    const db = new Kysely<Tables>({ dialect: sqliteDialect(() => raw) })
    await migrations[migrationNames[done]!]!.up(db)
    await db.destroy()
    await expect(openSqlite(file)).rejects.toThrow(advice)
    await expect(openSqlite(file)).rejects.toThrow(migrationNames[done]!)
    expect(await findingOf(file)).toMatchObject({ status: 'fail', message: expect.stringMatching(advice) })
  })
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
