import { sql } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { DiscoveredStream } from '@bobbin/shared/catalog'

let test: TestParts
let sourceId: number
afterEach(() => test.close())

/** What a discovery yields; a function is called in between. */
type Script = (DiscoveredStream | (() => Promise<void> | void))[]
let script: Script

async function start(...first: Script) {
  script = first
  const connector = {
    ...connectorOf(() => []),
    async *discover() {
      for (const step of script) {
        if (typeof step === 'function') await step()
        else yield step
      }
    },
  }
  test = await createTestParts({ connectors: [connector] })
  sourceId = (await test.addSource('platform.shop')).id
  test.checkRunner.start()
  return check(...first)
}

async function check(...next: Script) {
  script = next
  return test.finished(await test.startCheck(sourceId))
}

const columns = () => test.streams.columns(1, sourceId, null)
const names = async () => (await columns()).stream_name
const rows = () => test.database.read.selectFrom('stream').select('stream_name').orderBy('id').execute()

/** Resolves when so many rows are stored. */
const stored = (count: number) => async () => {
  await expect.poll(async () => (await rows()).length).toBe(count)
}

it('shows nothing of a discovery before its end, and then all', async () => {
  const fieldsOf = async (name: string) => {
    const opened = await test.streams.fields(1, sourceId, `shop-${name}`, null).catch(() => null)
    return opened?.fields.map((field) => field.name) ?? null
  }
  const seen: unknown[] = []
  const look = async () => seen.push([await names(), await fieldsOf('a'), await fieldsOf('c')])
  await start(table('a', { fields: { one: {} } }), table('b'))
  await look()
  await check(table('a', { fields: { other: {} } }), table('c', { fields: { one: {} } }), stored(3), () => {
    return look().then(() => {})
  })
  await look()
  const before = [['a', 'b'], ['one'], null]
  expect(seen).toEqual([before, before, [['a', 'c'], ['other'], ['one']]])
})

it('lets nobody choose what is not published, and tells then that it is new', async () => {
  await start(table('a'))
  await check(table('a'), table('b'), async () => {
    await stored(2)()
    const matching = [{ q: '', selected: true }]
    await test.database.write((tx) => test.streams.applySelection(tx, 1, sourceId, { changes: [], matching }))
  })
  expect(await columns()).toMatchObject({
    stream_name: ['a', 'b'],
    selected: [true, null],
    change: [null, 'added'],
  })
})

it('leaves everything as it was after a failure, and keeps nothing of it', async () => {
  await start(table('a'))
  const failed = await check(table('b'), table('a', { fields: { other: {} } }), async () => {
    await stored(2)()
    throw new ConnectorError('ConnectionLost')
  })
  expect(failed).toMatchObject({ status: 'failed' })
  expect(await names()).toEqual(['a'])
  await expect.poll(rows).toEqual([{ stream_name: 'a' }])
})

it('counts a stream that is told twice once, whenever it is told', async () => {
  expect(await start(table('a'), table('a'), table('b'), stored(2), table('b'))).toMatchObject({
    stream_count: 2,
  })
  const again = [table('a'), table('c'), table('a'), stored(3), table('c'), table('b'), table('b')]
  expect(await check(...again)).toMatchObject({ stream_count: 3 })
  expect(await names()).toEqual(['a', 'c', 'b'])
})

it('keeps the order of discovery, wherever streams come and go', async () => {
  const tables = (letters: string) => letters.split('').map((letter) => table(letter))
  await start(...tables('dhm'))
  for (const letters of ['dghm', 'defghm', 'abdefghm', 'zmhgfed', 'abcmz', 'dhm', 'adeghkmz']) {
    await check(...tables(letters))
    expect((await names()).join('')).toBe(letters)
  }
})

it('writes nothing about streams that are as they were', async () => {
  await start(table('a'), table('b', { own: { 'row-count': 1 } }))
  await test.database.write(async ({ db }) => {
    await sql`create table written (what text)`.execute(db)
    for (const name of ['stream', 'found_stream'])
      for (const event of ['insert', 'update', 'delete'])
        await sql`create trigger ${sql.raw(`${name}_${event}`)} after ${sql.raw(event)} on ${sql.raw(name)}
          begin insert into written values ('${sql.raw(`${event} ${name}`)}'); end`.execute(db)
  })
  const written = async () =>
    (await sql<{ what: string }>`select what from written`.execute(test.database.read)).rows
  await check(table('a'), table('b', { own: { 'row-count': 1 } }))
  expect(await written()).toEqual([])
  await check(table('a'), table('b', { own: { 'row-count': 2 } }))
  expect(await written()).toEqual([{ what: 'update stream' }])
})

it('takes a stream that an earlier version hashed otherwise for what it is', async () => {
  await start(table('a', { fields: { one: {}, two: {} } }))
  await test.database.write((tx) =>
    test.streams.applySelection(tx, 1, sourceId, { changes: [{ tap_stream_id: 'shop-a', selected: true }] }),
  )
  await test.database.write(async ({ db }) => {
    await db.updateTable('stream').set({ schema_hash: 'of another version' }).execute()
  })
  await check(table('a', { fields: { two: {}, one: {} } }))
  expect(await columns()).toMatchObject({ change: [null] })
  await check(table('a', { fields: { two: {} } }))
  expect(await columns()).toMatchObject({ change: ['changed'] })
})
