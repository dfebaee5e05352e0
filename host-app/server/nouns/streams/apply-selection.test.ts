import { isolated } from '@bobbin/shared/isolated'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { bare, findStreams, selectedFields, unreadable, view } from './find-streams.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

const world = findStreams()
const { discover, select, tick, columns, selected, isSelectionDone } = world

describe('a selection', () => {
  it('is all or nothing, with a sentence per stream', async () => {
    await discover(table('a'), view, unreadable)
    const changes = ['a', 'view', 'blobs', 'gone'].map((name) => ({
      tap_stream_id: `shop-${name}`,
      selected: true,
    }))
    await expect(select(changes)).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: {
        fields: {
          'shop-view': 'Choose the key of this view first.',
          'shop-blobs': 'None of its fields can be read.',
          'shop-gone': 'This stream is no longer there.',
        },
      },
    })
    expect(await selected()).toEqual([])
    await select([
      { tap_stream_id: 'shop-view', selected: true, view_key_properties: ['id'] },
      { tap_stream_id: 'shop-a', selected: true, replication_method: 'INCREMENTAL', replication_key: 'id' },
    ])
    expect(await selected()).toEqual(['shop-a', 'shop-view'])
    expect((await columns()).replication_method).toEqual(['INCREMENTAL', 'FULL_TABLE', 'FULL_TABLE'])
    await expect(
      select([
        { tap_stream_id: 'shop-a', fields: { nope: true } },
        { tap_stream_id: 'shop-view', selected: false },
      ]),
    ).rejects.toMatchObject({ data: { fields: { 'shop-a': `There is no field "${isolated('nope')}".` } } })
    expect(await selected()).toEqual(['shop-a', 'shop-view'])
  })

  it('of all that a filter shows leaves out what is in the way, and single ticks rule over it', async () => {
    await discover(table('orders_1'), table('ORDERS%'), table('customers'), view, unreadable)
    await select([], [{ q: 'orders', selected: true }])
    expect(await selected()).toEqual(['shop-ORDERS%', 'shop-orders_1'])
    await select(
      [{ tap_stream_id: 'shop-orders_1', selected: true }],
      [
        { q: '', selected: true },
        { q: 's_1', selected: false },
      ],
    )
    expect(await selected()).toEqual(['shop-ORDERS%', 'shop-customers', 'shop-orders_1'])
    await select([], [{ q: '%', selected: false }])
    expect(await selected()).toEqual(['shop-customers', 'shop-orders_1'])
  })

  it('finds letters beyond ASCII in either case', async () => {
    await discover(table('École'), table('other'))
    await select([], [{ q: 'éCOLE', selected: true }])
    expect(await selected()).toEqual(['shop-École'])
  })

  it('keeps every tick that the person saw once a stream was opened', async () => {
    await discover(bare)
    await select([{ tap_stream_id: 'shop-bare', selected: true, fields: { a: false } }])
    await select([{ tap_stream_id: 'shop-bare', fields: { a: true } }])
    const { fields } = await world.test.streams.fields(1, world.sourceId, 'shop-bare', null)
    expect(fields.map((field) => field.selected)).toEqual([true, true, true])
  })

  it('gives a stream that was never opened the fields that the page suggests', async () => {
    await discover(bare, table('a'))
    const defaults = { bare: { a: true, nope: true } }
    await select([{ tap_stream_id: 'shop-bare', selected: true }], undefined, defaults)
    const { streams } = await wholeCatalog(world.test.streams, 1, world.sourceId)
    expect(selectedFields(streams[0])).toEqual({ id: false, a: true, b: false })
    expect(
      await world.test.streams.ignoredDefaults(1, world.sourceId, { ...defaults, x: true, a: { id: false } }),
    ).toEqual(['x', 'bare.nope', 'a.id'])
  })

  it('needs at least one field, from a person', async () => {
    await discover(bare)
    const none = { id: false, a: false, b: false }
    await expect(
      select([{ tap_stream_id: 'shop-bare', selected: true, fields: none }]),
    ).rejects.toMatchObject({ data: { fields: { 'shop-bare': 'Choose at least one field.' } } })
  })

  it('completes the step, and taking it back opens the step again', async () => {
    await discover(table('a'), table('b'))
    expect(await isSelectionDone()).toBe(false)
    await tick('a')
    expect(await isSelectionDone()).toBe(true)
    await select([], [{ q: '', selected: false }])
    expect(await isSelectionDone()).toBe(false)
  })

  it("is not another account's to make", async () => {
    await discover(table('a'))
    await world.test.database.write((tx) =>
      world.test.streams.applySelection(tx, 2, world.sourceId, {
        changes: [],
        matching: [{ q: '', selected: true }],
      }),
    )
    const foreign = world.test.database.write((tx) =>
      world.test.streams.applySelection(tx, 2, world.sourceId, {
        changes: [{ tap_stream_id: 'shop-a', selected: true, fields: { note: true } }],
      }),
    )
    await expect(foreign).rejects.toMatchObject({ code: 'InvalidProperties' })
    expect(await selected()).toEqual([])
    expect((await wholeCatalog(world.test.streams, 2, world.sourceId)).streams).toEqual([])
  })
})

it('selects by the thousand with turns of the event loop in between: people are answered meanwhile', async () => {
  await discover(...Array.from({ length: 5_000 }, (_, number) => table(`t${number}`)))
  let turns = 0
  const count = () => {
    turns += 1
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  await select([], [{ q: '', selected: true }])
  clearImmediate(next)
  expect(turns).toBeGreaterThanOrEqual(5)
  expect((await world.test.streams.selection(1, world.sourceId)).count).toBe(5_000)
})
