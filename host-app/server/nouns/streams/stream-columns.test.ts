import { streamColumns } from '@bobbin/shared/wizard-api'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, unreadable, view } from './find-streams.testing.ts'

const world = findStreams()
const { discover, discoverAgain, select, columns } = world

describe('the columns', () => {
  it('have a row per stream, in the order of discovery, and say what is in the way', async () => {
    await discover(table('b', { own: { 'row-count': 7 } }), view, unreadable, table('a'))
    expect(streamColumns.parse(await columns())).toEqual({
      tap_stream_id: ['shop-b', 'shop-view', 'shop-blobs', 'shop-a'],
      stream_name: ['b', 'view', 'blobs', 'a'],
      selected: [null, null, null, null],
      preselected: [false, false, false, false],
      is_view: [false, true, false, false],
      row_count: [7, null, null, null],
      field_count: [2, 2, 0, 2],
      replication_method: ['FULL_TABLE', 'FULL_TABLE', 'FULL_TABLE', 'FULL_TABLE'],
      change: [null, null, null, null],
      required: [false, false, false, false],
      required_count: 0,
      access: [null, null, null, null],
      blocked: [null, 'Choose the key of this view first.', 'None of its fields can be read.', null],
      version: 1,
      tally: {
        all: { count: 4, selectable: 2, selected: 0 },
        found: { count: 4, selectable: 2, selected: 0 },
      },
      added: 0,
      changed: 0,
      removed: [],
      removed_count: 0,
    })
  })

  it('pre-tick what the page suggests, only where nobody has chosen and nothing is in the way', async () => {
    const twin = { ...table('a'), tap_stream_id: 'other-a' }
    await discover(table('a'), twin, table('b'), table('c'), table('d'), view)
    await select([{ tap_stream_id: 'shop-d', selected: false }])
    const defaults = { a: true, 'shop-b': { note: true }, c: false, d: true, view: true, nope: true }
    expect((await columns(defaults)).preselected).toEqual([true, true, true, false, false, false])
    expect((await columns({ a: true, 'shop-a': false })).preselected.slice(0, 2)).toEqual([false, true])
  })

  it('are empty for another account', async () => {
    await discover(table('a'))
    expect((await world.test.streams.columns(2, world.sourceId, null)).tap_stream_id).toEqual([])
  })
})

describe('ten thousand streams', () => {
  it('are replaced, listed, searched and selected', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => table(`t${index}`))
    await discover(...many)
    const before = performance.now()
    const first = await columns({ t5: true })
    const took = performance.now() - before
    expect(first.tally?.all).toEqual({ count: 10_000, selectable: 10_000, selected: 1 })
    expect(first.tap_stream_id).toHaveLength(100)
    const ids = many.map(({ tap_stream_id: id }) => id)
    // Not a benchmark: a machine under load has ten times what it needs.
    expect(took).toBeLessThan(2_000)
    await select([], [{ q: '', selected: true }])
    expect((await world.test.streams.selection(1, world.sourceId)).count).toBe(10_000)
    expect((await world.test.streams.selection(1, world.sourceId)).ids).toHaveLength(1_000)
    await select(ids.slice(0, 5_000).map((tap_stream_id) => ({ tap_stream_id, selected: false })))
    expect((await world.test.streams.selection(1, world.sourceId)).count).toBe(5_000)
    await discoverAgain(...many.slice(5_000))
    expect((await columns()).tally?.all.count).toBe(5_000)
    expect((await world.test.streams.selection(1, world.sourceId)).count).toBe(5_000)
  })
})
