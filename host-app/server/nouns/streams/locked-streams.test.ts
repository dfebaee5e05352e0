import { expect, it } from 'vitest'
import type { DiscoveredStream, StreamAccess } from '@bobbin/shared/catalog'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams } from './find-streams.testing.ts'
import { wholeCatalog, wholeList } from './whole-lists.testing.ts'

const world = findStreams()
const { discover, discoverAgain, select, tick, put, columns, selected, isSelectionDone } = world

const scope: StreamAccess = { reason: 'needs_scope', scope: 'payouts:read' }
const locked = (name: string, access: StreamAccess = { reason: 'not_permitted' }): DiscoveredStream => ({
  ...table(name),
  access,
})

const inCatalog = async () => {
  const { streams } = await wholeCatalog(world.test.streams, 1, world.sourceId)
  return Object.fromEntries(
    streams.map(({ stream, metadata }) => [
      stream,
      metadata.find(({ breadcrumb }) => !breadcrumb[0])?.metadata,
    ]),
  )
}

it('lists what cannot be read, with the reason', async () => {
  await discover(table('a'), locked('b', scope), locked('c', { reason: 'needs_plan', plan: 'Pro' }))
  expect(await columns()).toMatchObject({
    stream_name: ['a', 'b', 'c'],
    access: [null, scope, { reason: 'needs_plan', plan: 'Pro' }],
    blocked: [null, null, null],
    tally: { all: { count: 3, selectable: 1, selected: 0 } },
  })
  const summaries = await wholeList(world.test.streams, 1, world.sourceId)
  expect(summaries.map(({ metadata }) => metadata['access'])).toEqual([
    undefined,
    scope,
    { reason: 'needs_plan', plan: 'Pro' },
  ])
  const schema = await world.test.streams.schemaOf(1, world.sourceId, summaries[1]!.stream_id)
  expect(schema.metadata[0]).toMatchObject({ breadcrumb: [], metadata: { access: scope } })
  expect(await inCatalog()).toMatchObject({ b: { selected: false, access: scope } })
})

it('lets nobody select it: by name, by a search, or as suggested', async () => {
  await discover(table('a'), locked('b', scope))
  await expect(tick('b')).rejects.toMatchObject({
    code: 'InvalidProperties',
    data: { fields: { 'shop-b': expect.stringContaining('payouts:read') } },
  })
  await expect(
    select([{ tap_stream_id: 'shop-b', selected: true, fields: { id: true } }]),
  ).rejects.toMatchObject({
    data: { fields: { 'shop-b': expect.stringContaining('payouts:read') } },
  })
  await expect(put('shop-b', [[], { selected: true }])).rejects.toMatchObject({
    code: 'InvalidProperties',
    data: { invalid_fields: expect.stringContaining('payouts:read') },
  })
  const defaults = { b: true, a: { nope: true } }
  expect((await columns(defaults)).preselected).toEqual([true, false])
  expect(await world.test.streams.ignoredDefaults(1, world.sourceId, defaults)).toEqual(['b', 'a.nope'])
  await select([], [{ q: '', selected: true }])
  expect(await selected()).toEqual(['shop-a'])
})

it('gives a tap nothing of what became locked, and the choice back when it opens again', async () => {
  await discover(table('a'), table('b', { fields: { id: {}, note: {} } }))
  await tick('a', 'b')
  await put('shop-b', [['properties', 'note'], { selected: false }])
  const before = await inCatalog()

  await discoverAgain(table('a'), { ...table('b', { fields: { id: {}, note: {} } }), access: scope })
  expect(await selected()).toEqual(['shop-a'])
  expect(await inCatalog()).toMatchObject({ a: { selected: true }, b: { selected: false, access: scope } })
  expect(await columns()).toMatchObject({ changed: 0, tally: { all: { selectable: 1, selected: 1 } } })
  const told = (await world.test.events.read('account:1', 0)).findLast(
    ({ type }) => type === 'streams.selected',
  )
  expect(told?.data).toMatchObject({ selected_streams_count: 1, added: 0, removed: 1 })
  // What is done to all others leaves it as it is.
  const request = { changes: [], matching: [{ q: '', selected: false }], as_shown: true }
  await world.test.database.write((tx) => world.test.streams.applySelection(tx, 1, world.sourceId, request))
  expect(await isSelectionDone()).toBe(false)

  await discoverAgain(table('a'), table('b', { fields: { id: {}, note: {} } }))
  expect(await selected()).toEqual(['shop-b'])
  expect((await inCatalog())['b']).toEqual(before['b'])
  expect(await isSelectionDone()).toBe(true)
  const last = (await world.test.events.read('account:1', 0)).findLast(
    ({ type }) => type === 'streams.selected',
  )
  expect(last?.data).toMatchObject({ selected_streams_count: 1, added: 1, removed: 0 })
})

it('filters by what is selected in fact', async () => {
  await discover(table('a'), table('b'))
  await tick('a', 'b')
  await discoverAgain(table('a'), locked('b'))
  const named = async (isSelected: boolean) => {
    const { rows } = await world.test.streams.sliceSummaries(
      1,
      world.sourceId,
      { selected: isSelected },
      {
        limit: 9,
        start: { offset: 0 },
      },
    )
    return rows.map(({ stream_name: name, selected: one }) => [name, one])
  }
  expect(await named(true)).toEqual([['a', true]])
  expect(await named(false)).toEqual([['b', false]])
})

it('ends a check that finds nothing else', async () => {
  await discover(locked('a', scope), locked('b'))
  const check = await world.test.checks.latest(1, world.sourceId)
  expect(check).toMatchObject({
    status: 'failed',
    failure: { code: 'PermissionDenied', detail: expect.stringContaining('payouts:read') },
  })
  expect((await columns()).stream_name).toEqual([])
})
