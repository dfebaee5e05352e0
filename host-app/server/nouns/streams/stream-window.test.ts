import type { StreamSearch } from '@bobbin/shared/wizard-api'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, unreadable, view } from './find-streams.testing.ts'

const world = findStreams()
const { discover, discoverAgain, select, selected } = world

const everything: StreamSearch = {
  q: '',
  only_selected: false,
  matching: [],
  ticked: [],
  unticked: [],
  offset: 0,
  with_tally: true,
}

function find(search: Partial<StreamSearch>, defaults: Record<string, boolean> | null = null) {
  return world.test.streams.find(1, world.sourceId, { ...everything, ...search }, defaults)
}

async function names(search: Partial<StreamSearch>, defaults: Record<string, boolean> | null = null) {
  return (await find(search, defaults)).stream_name
}

describe('a window', () => {
  it('finds by the rule that the picker searches by', async () => {
    await discover(table('public.Order_Items'), table('Café'), table('100%'), table('100x'))
    expect(await names({ q: ' items  order ' })).toEqual(['public.Order_Items'])
    expect(await names({ q: 'public . order' })).toEqual(['public.Order_Items'])
    expect(await names({ q: 'CAFE' })).toEqual(['Café'])
    expect(await names({ q: '100%' })).toEqual(['100%'])
    expect(await names({ q: 'shop-100' })).toEqual(['100%', '100x'])
  })

  it('counts and lists what is selected with what is not saved yet', async () => {
    await discover(table('a1'), table('a2'), table('b1'), table('b2'), view, unreadable)
    await select([
      { tap_stream_id: 'shop-a1', selected: true },
      { tap_stream_id: 'shop-b1', selected: false },
    ])
    const defaults = { a2: true, b1: true, view: true }
    expect((await find({ q: 'a' }, defaults)).tally).toEqual({
      all: { count: 6, selectable: 4, selected: 2 },
      // `a` is in none of the others' names: not in `shop`.
      found: { count: 2, selectable: 2, selected: 2 },
    })
    const matching = [
      { q: '', selected: true },
      { q: 'b', selected: false },
      { q: 'b2', selected: true },
    ]
    expect((await find({ matching }, defaults)).tally?.all.selected).toBe(3)
    expect(await names({ matching, only_selected: true }, defaults)).toEqual(['a1', 'a2', 'b2'])
    const byHand = { ticked: ['shop-view', 'shop-b1'], unticked: ['shop-a1'] }
    expect(await names({ only_selected: true, ...byHand }, defaults)).toEqual(['a2', 'b1', 'view'])
  })

  it('has just those that are named, whatever else is selected or in their way', async () => {
    await discover(table('a'), table('b'), table('c'), view)
    await select([{ tap_stream_id: 'shop-a', selected: true }])
    const matching = [{ q: '', selected: false }]
    const ticked = ['shop-view', 'shop-gone', 'shop-b']
    expect(await names({ only_selected: true, matching, ticked }, { c: true })).toEqual(['b', 'view'])
  })

  it('of thousands is small, wherever it is, and in the order of discovery', async () => {
    await discover(...Array.from({ length: 2_001 }, (_, index) => table(`t${index}`)))
    const first = await world.columns()
    expect([first.tally?.all.count, first.stream_name.length]).toEqual([2_001, 100])
    const last = await find({ offset: 2_000, with_tally: false })
    expect([last.stream_name, last.tally, last.version]).toEqual([['t2000'], null, first.version])
    await discoverAgain(...world.found.slice(0, 2_000))
    expect((await world.columns()).stream_name).toHaveLength(2_000)
    expect((await find({})).version).not.toBe(first.version)
  })

  it('has nothing for another account', async () => {
    await discover(table('a'))
    const found = await world.test.streams.find(2, world.sourceId, everything, null)
    expect([found.tap_stream_id, found.tally?.all.count]).toEqual([[], 0])
  })

  it('is read from the index alone', async () => {
    await discover(table('a'))
    const { read } = world.test.database
    const { rows } = await read.executeQuery<{ detail: string }>(
      (await import('kysely')).sql`explain query plan
        select tap_stream_id, search_text, selected from stream
        where account_id = 1 and source_id = 1 and removed_at is null and search_text like '%a%'
        order by position, id limit 100`.compile(read),
    )
    expect(rows.map(({ detail }) => detail).join()).toContain('USING COVERING INDEX stream_list')
  })
})

describe('a selection as it was shown', () => {
  const save = (
    changes: Parameters<typeof select>[0],
    matching: Parameters<typeof select>[1],
    defaults: Record<string, boolean>,
  ) =>
    world.test.database.write((tx) =>
      world.test.streams.applySelection(
        tx,
        1,
        world.sourceId,
        { changes, ...(matching && { matching }), as_shown: true },
        defaults,
      ),
    )

  it('takes what the page suggests, but for what was unticked, covered or decided before', async () => {
    await discover(...['a', 'b', 'c1', 'c2', 'd', 'e'].map((name) => table(name)), view)
    await select([{ tap_stream_id: 'shop-d', selected: false }])
    const defaults = { a: true, b: true, c1: true, c2: true, d: true, view: true }
    await save([{ tap_stream_id: 'shop-b', selected: false }], [{ q: 'c1', selected: false }], defaults)
    expect(await selected()).toEqual(['shop-a', 'shop-c2'])
    const columns = await world.columns()
    expect(columns.selected).toEqual([true, false, false, true, false, null, null])
  })

  it('leaves out what was selected and cannot be any more', async () => {
    await discover(table('a'), table('b'))
    await world.tick('a', 'b')
    await discoverAgain({ ...unreadable, tap_stream_id: 'shop-a' }, table('b'))
    await save([], undefined, {})
    expect(await selected()).toEqual(['shop-b'])
  })
})
