import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { migrationNames, storeOf } from '../../store/stores.testing.ts'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

let folder: string
let file: string
let test: TestParts
let found: DiscoveredStream[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bobbin-moved-'))
  file = join(folder, 'store.db')
  await storeOf(file, migrationNames.slice(0, migrationNames.indexOf('027_stream_makes')))
})
afterEach(async () => {
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Streams as the version before stored them, the same in a source of each of two accounts. */
function fill(streams: readonly DiscoveredStream[]): void {
  const raw = new DatabaseSync(file)
  for (const email of ['anna@acme.test', 'otto@other.test'])
    raw
      .prepare(
        `insert into account (company, email, first_name, last_name, allowed_origins, created_at)
          values ('Acme', ?, 'Anna', 'Ax', '[]', 1)`,
      )
      .run(email)
  for (const account of [1, 2])
    raw
      .prepare(
        `insert into source (account_id, type, display_name, name, properties, settings_version, edition, created_at, updated_at)
          values (?, 'platform.shop', 'Shop', 'shop', '{}', 1, 1, 1, 1)`,
      )
      .run(account)
  const insert = raw.prepare(
    `insert into stream (account_id, source_id, since, position, tap_stream_id, stream_name, search_text, schema, metadata,
      schema_hash, field_count, is_view, row_count, selected, replication_method, field_selection)
      values (?, ?, 1, ?, ?, ?, '', ?, ?, 'of the version before', 2, 0, ?, ?, 'FULL_TABLE', '{}')`,
  )
  raw.exec('begin')
  for (const account of [1, 2])
    for (const [position, stream] of streams.entries()) {
      const { tap_stream_id: id, stream: name, schema, metadata, ...rest } = stream
      const [own, ...fields] = metadata
      const texts = [{ breadcrumb: [], metadata: own?.metadata, rest }, ...fields].map((entry) =>
        JSON.stringify(entry),
      )
      const text = `[${texts[0]}\n${texts.length > 1 ? ',' : ''}${texts.slice(1).join(',')}]`
      const rows = own?.metadata['row-count'] === undefined ? null : Number(own.metadata['row-count'])
      const selected = position === 0 ? 1 : null
      insert.run(account, account, position, id, name, JSON.stringify(schema), text, rows, selected)
    }
  raw.exec('commit')
  raw.close()
}

async function open() {
  test = await createTestParts({ connectors: [connectorOf(() => found)], file })
}

const catalog = () => wholeCatalog(test.streams, 1, 1).then(({ streams }) => streams)

it('stores each make once, and gives back the same', async () => {
  const kinds = [
    table('a', { own: { 'row-count': 3, 'schema-name': 'Ü' } }),
    table('a', { fields: {} }),
    table('a', { fields: { 'a\tb\nc': {}, ü: {} } }),
  ]
  found = Array.from({ length: 2_500 }, (_, number) => {
    const name = `t${number}`
    return { ...kinds[number % 3]!, tap_stream_id: `shop-${name}`, stream: name, table_name: name }
  })
  fill(found)
  await open()
  const { rows } = await sql`select source_id, count(*) as count from stream_make group by 1`.execute(
    test.database.read,
  )
  expect(rows).toEqual([
    { source_id: 1, count: 3 },
    { source_id: 2, count: 3 },
  ])
  const moved = await catalog()
  expect(moved).toHaveLength(2_500)
  for (const [index, stream] of moved.entries()) {
    const { schema, metadata, table_name: name } = found[index]!
    expect(stream).toMatchObject({ schema, table_name: name })
    expect(stream.metadata.slice(1).map(({ breadcrumb }) => breadcrumb)).toEqual(
      metadata.slice(1).map(({ breadcrumb }) => breadcrumb),
    )
    expect(stream.metadata[0]?.metadata).toMatchObject(metadata[0]!.metadata)
  }
})

it('finds nothing changed at the first check, and writes nothing about the streams', async () => {
  found = [
    table('a', { own: { 'row-count': 3 } }),
    table('b'),
    { ...table('c', { own: { 'row-count': 0 } }), stream_alias: 'ü' } as DiscoveredStream,
  ]
  fill(found)
  await open()
  const before = await catalog()
  await test.database.write(async ({ db }) => {
    await sql`create table written (what text)`.execute(db)
    for (const name of ['stream', 'found_stream', 'stream_make'])
      for (const event of ['insert', 'update', 'delete'])
        await sql`create trigger ${sql.raw(`${name}_${event}`)} after ${sql.raw(event)} on ${sql.raw(name)}
          begin insert into written values ('${sql.raw(`${event} ${name}`)}'); end`.execute(db)
  })
  test.checkRunner.start()
  const check = await test.finished(await test.startCheck(1))
  expect(check).toMatchObject({ status: 'succeeded', stream_count: 3 })
  expect((await sql`select what from written`.execute(test.database.read)).rows).toEqual([])
  expect(await catalog()).toEqual(before)
  expect(await test.streams.schemaChanged(1, 1)).toBe(false)
})

it('gives no id of a stream that went to another', async () => {
  found = [table('a'), table('b')]
  fill(found)
  const raw = new DatabaseSync(file)
  raw.exec(`delete from stream where id = (select max(id) from stream)`)
  const { seq } = raw.prepare(`select seq from sqlite_sequence where name = 'stream'`).get() as {
    seq: number
  }
  raw.close()
  await open()
  found = [...found, table('c')]
  test.checkRunner.start()
  await test.finished(await test.startCheck(1))
  const last = await test.database.read
    .selectFrom('stream')
    .select('id')
    .where('tap_stream_id', '=', 'shop-c')
    .executeTakeFirstOrThrow()
  expect(last.id).toBeGreaterThan(seq)
})
