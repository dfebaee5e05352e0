import { expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, view } from './find-streams.testing.ts'
import { selections } from './streams.ts'
import { wholeCatalog, wholeList } from './whole-lists.testing.ts'

const world = findStreams()
const { discover, discoverAgain, select, tick, put } = world

const id = { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } }
const time = { schema: { type: ['null', 'string'], format: 'date-time' } }
const moving = (name: string) => table(name, { fields: { id, updated_at: time, changed_at: time, note: {} } })
const byKey = ['INCREMENTAL', 'updated_at']
const whole = ['FULL_TABLE', undefined]

/** Method and key of each selected stream; in all that goes out they are the same. */
async function replicated(sourceId = world.sourceId): Promise<Record<string, unknown[]>> {
  const { streams } = await wholeCatalog(world.test.streams, 1, sourceId)
  const list = await wholeList(world.test.streams, 1, sourceId)
  const found: Record<string, unknown[]> = {}
  for (const [
    index,
    { stream, metadata, replication_method: method, replication_key: key },
  ] of streams.entries()) {
    const own = metadata[0]?.metadata
    if (own?.['selected'] !== true) continue
    const both = [own['replication-method'], own['replication-key']]
    expect([method, key]).toEqual(both)
    const listed = list[index]?.metadata
    expect([listed?.['replication-method'], listed?.['replication-key']]).toEqual(both)
    found[stream] = both
  }
  return found
}

it('is written by whichever way a stream is selected', async () => {
  await discover(moving('a'), table('b'), moving('c'), moving('d'), table('e'), view)
  await put('shop-a', [[], { selected: true }])
  await put('shop-b', [[], { selected: true, 'replication-method': null }])
  await select([{ tap_stream_id: 'shop-c', selected: true, fields: { note: false } }], [], { 'shop-d': true })
  await tick('d')
  await select([], [{ q: 'e', selected: true }])
  expect(await replicated()).toEqual({ a: byKey, b: whole, c: byKey, d: byKey, e: whole })

  const copy = await world.test.addSource('platform.shop')
  await world.test.database.write((tx) => selections.copy(tx, world.test.events, 1, world.sourceId, copy.id))
  expect(await replicated(copy.id)).toEqual(await replicated())

  await put('shop-a', [[], { 'replication-method': 'FULL_TABLE' }])
  expect((await replicated())['a']).toEqual(whole)
  await put('shop-a', [[], { 'replication-method': null, 'replication-key': null }])
  expect((await replicated())['a']).toEqual(byKey)
})

it('is what the wizard shows before anything is saved', async () => {
  await discover(moving('a'), table('b'))
  expect((await world.columns()).replication_method).toEqual(['INCREMENTAL', 'FULL_TABLE'])
  expect(await world.test.streams.fields(1, world.sourceId, 'shop-a', null)).toMatchObject({
    replication_method: 'INCREMENTAL',
    replication_key: 'updated_at',
    offered_replication_methods: ['FULL_TABLE', 'INCREMENTAL'],
  })
  await tick('a', 'b')
  expect(await replicated()).toEqual({ a: byKey, b: whole })
})

it('stays when the schema changes, unless what it needs is gone', async () => {
  await discover(moving('a'), moving('b'), moving('c'), table('d'))
  await put('shop-b', [[], { 'replication-method': 'FULL_TABLE' }])
  await tick('a', 'b', 'c', 'd')
  await discoverAgain(
    table('a', { fields: { id, changed_at: time } }),
    table('b', { fields: { id, updated_at: time } }),
    table('c', { fields: { id } }),
    moving('d'),
  )
  expect(await replicated()).toEqual({ a: ['INCREMENTAL', 'changed_at'], b: whole, c: whole, d: whole })
  await discoverAgain(
    table('a', { own: { 'forced-replication-method': 'LOG_BASED' } }),
    table('b', { own: { 'valid-replication-methods': ['INCREMENTAL'], 'valid-replication-keys': ['id'] } }),
    table('c'),
    table('d'),
  )
  expect(await replicated()).toEqual({
    a: ['LOG_BASED', undefined],
    b: ['INCREMENTAL', 'id'],
    c: whole,
    d: whole,
  })
})
