import { expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, view } from './find-streams.testing.ts'
import { selections } from './streams.ts'

const world = findStreams()
const { discover, discoverAgain, select, tick, put } = world

/** What was told of the selection since the last time that this was asked. */
async function told(act: () => Promise<unknown>, sourceId = world.sourceId) {
  const before = (await world.test.events.read('account:1', 0)).at(-1)?.seq ?? 0
  await act()
  const events = await world.test.events.read('account:1', before)
  return events.flatMap(({ type, data }) => {
    const { source_id: source, version, ...counts } = data as { source_id: number; version: number }
    if (type !== 'streams.selected') return []
    expect([source, version]).toEqual([sourceId, expect.any(Number)])
    return [counts]
  })
}

const counts = (selected: number, [added, removed, changed]: [number, number, number]) => [
  { selected_streams_count: selected, added, removed, changed, is_finished: selected > 0 },
]

it('tells the account of each change of the selection once, with what it came to', async () => {
  const fields = { id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } }, note: {} }
  await discover(...['a', 'b', 'c', 'd'].map((name) => table(name, { fields })), view)

  expect(await told(() => tick('a', 'b'))).toEqual(counts(2, [2, 0, 0]))
  expect(await told(() => tick('a', 'b'))).toEqual([])
  expect(await told(() => select([]))).toEqual([])
  expect(await told(() => put('shop-a', [[], { selected: true, 'replication-method': null }]))).toEqual([])
  expect(await told(() => put('shop-c', [[], { selected: false }]))).toEqual([])
  expect(
    await told(() => put('shop-c', [[], { 'replication-method': 'INCREMENTAL', 'replication-key': 'id' }])),
  ).toEqual([])

  expect(await told(() => put('shop-a', [['properties', 'note'], { selected: false }]))).toEqual(
    counts(2, [0, 0, 1]),
  )
  expect(await told(() => put('shop-a', [['properties', 'note'], { selected: false }]))).toEqual([])
  expect(
    await told(() => put('shop-a', [[], { 'replication-method': 'INCREMENTAL', 'replication-key': 'id' }])),
  ).toEqual(counts(2, [0, 0, 1]))
  expect(await told(() => put('shop-a', [[], { selected: false }]))).toEqual(counts(1, [0, 1, 0]))
  expect(await told(() => put('shop-b', [[], { selected: false }]))).toEqual(counts(0, [0, 1, 0]))
})

it('counts what filters do once for each stream, whatever else of the call names it', async () => {
  await discover(...['a', 'b', 'c', 'd'].map((name) => table(name)), view)
  const allButTwo = () =>
    select(
      [{ tap_stream_id: 'shop-b', selected: false }],
      [
        { q: 'c', selected: false },
        { q: 'shop', selected: true },
        { q: 'shop-d', selected: false },
      ],
    )
  expect(await told(allButTwo)).toEqual(counts(2, [2, 0, 0]))
  expect(await world.selected()).toEqual(['shop-a', 'shop-c'])
  expect(await told(allButTwo)).toEqual([])
  expect(await told(() => select([], [{ q: '', selected: false }]))).toEqual(counts(0, [0, 2, 0]))
})

it('tells what a refused change does not: nothing', async () => {
  await discover(table('a'), view)
  expect(await told(() => expect(tick('a', 'view')).rejects.toThrow())).toEqual([])
})

it('tells what a check does to it, and a clone', async () => {
  await discover(table('a'), table('b'), table('c'))
  await tick('a', 'b')
  await put('shop-a', [[], { 'replication-method': 'INCREMENTAL', 'replication-key': 'id' }])
  expect(await told(() => discoverAgain(table('a'), table('b'), table('d')))).toEqual([])
  const noKey = table('a', { fields: { note: {} } })
  expect(await told(() => discoverAgain(noKey, table('d')))).toEqual(counts(1, [0, 1, 1]))
  expect(await told(() => discoverAgain(table('d')))).toEqual(counts(0, [0, 1, 0]))
  expect(await told(() => discoverAgain(noKey, table('b')))).toEqual(counts(2, [2, 0, 0]))
  const copy = await world.test.addSource('platform.shop')
  const { database, events } = world.test
  const clone = () => database.write((tx) => selections.copy(tx, events, 1, world.sourceId, copy.id))
  expect(await told(clone, copy.id)).toEqual(counts(2, [2, 0, 0]))
})
