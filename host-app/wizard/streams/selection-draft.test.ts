import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { doubtfulIds, keptSelection } from './selection-draft.ts'
import type { StreamItem } from './stream-item.ts'
import { streamItem } from './stream-items.testing.ts'
import { createWholeList } from './whole-list.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A store of drafts, as a reload finds it. */
function store() {
  let kept: string | null = null
  return {
    read: () => (kept === null ? null : JSON.parse(kept)),
    keep: (draft: unknown) => void (kept = draft === null ? null : JSON.stringify(draft)),
    size: () => kept?.length ?? 0,
  }
}

function itemsOf(names: readonly string[], saved: readonly string[] = []): StreamItem[] {
  return names.map((name) =>
    streamItem({
      name,
      selected: saved.includes(name) ? true : null,
      preselected: name === 'preticked',
      isView: name === 'view',
      blocked: name === 'view' ? 'A view needs keys.' : null,
    }),
  )
}

function open(streams: readonly StreamItem[], kept: ReturnType<typeof store>) {
  const { selection, flush } = keptSelection({ version: 1, streams }, kept)
  return {
    selection,
    flush,
    list: createWholeList(streams, selection),
    at: (index: number) => streams[index]!,
  }
}

const names = ['a', 'b', 'view', 'preticked', 'saved']

test('what was ticked and not saved is ticked again after a reload, fields and keys too', () => {
  const kept = store()
  const { selection: first, at } = open(itemsOf(names, ['saved']), kept)
  first.select(at(1), true)
  first.edit(at(2), { view_key_properties: ['id'] })
  first.select(at(2), true)
  first.edit(at(1), { fields: { secret: false } })
  first.select(at(3), false)
  first.select(at(4), false)
  vi.runAllTimers()

  const { selection: again, list } = open(itemsOf(names, ['saved']), kept)
  expect(names.filter((_name, index) => again.isSelected(at(index)))).toEqual(['b', 'view'])
  expect(again.request('save')).toEqual(first.request('save'))
  expect([list.all.selected, again.isDirty]).toEqual([2, true])
})

test('what is gone from the source is left out, and what was saved meanwhile stays', () => {
  const kept = store()
  const { selection: first, at } = open(itemsOf(names), kept)
  first.select(at(0), true)
  first.select(at(1), true)
  vi.runAllTimers()
  const again = open(itemsOf(['b', 'c', 'saved'], ['saved']), kept)
  expect(again.selection.request('save').changes.map((change) => change.tap_stream_id)).toEqual(['db-b'])
  expect([0, 1, 2].map((index) => again.selection.isSelected(again.at(index)))).toEqual([true, false, true])
})

test('what was ticked just before the page is left is kept', () => {
  const kept = store()
  const { selection, flush, at } = open(itemsOf(names), kept)
  selection.select(at(0), true)
  flush()
  expect(open(itemsOf(names), kept).selection.isSelected(at(0))).toBe(true)
})

test('where all is as the server has it nothing is kept, and nothing is dirty', () => {
  const kept = store()
  const { selection, at } = open(itemsOf(['a', 'b']), kept)
  selection.select(at(0), true)
  vi.runAllTimers()
  selection.select(at(0), false)
  vi.runAllTimers()
  expect(kept.size()).toBe(0)
  expect(open(itemsOf(['a', 'b']), kept).selection.isDirty).toBe(false)
})

test('all of 100,000 streams, of which a few are here, are a few bytes, and come back at once', () => {
  const item = streamItem({ name: 'table_7' })
  const kept = store()
  const { selection } = keptSelection({ version: 3, streams: null }, kept)
  selection.selectMatching('', true)
  selection.select(item, false)
  vi.runAllTimers()
  expect(kept.size()).toBeLessThan(1_000)
  const { selection: again } = keptSelection({ version: 3, streams: null }, kept)
  expect(again.request('save')).toEqual(selection.request('save'))
  expect(doubtfulIds(kept.read(), 3)).toEqual([])
})

test('among very many streams that are others by now, what is still there comes back, and what is lost is named', async () => {
  const [still, gone, blocked] = ['still', 'gone', 'blocked'].map((name) => streamItem({ name }))
  const kept = store()
  const { selection } = keptSelection({ version: 3, streams: null }, kept)
  for (const stream of [still, gone, blocked]) selection.select(stream!, true)
  vi.runAllTimers()
  const ids = doubtfulIds(kept.read(), 4)
  expect(ids).toEqual(['db-still', 'db-gone', 'db-blocked'])
  const now = [
    streamItem({ name: 'still' }),
    streamItem({ name: 'blocked', isView: true, blocked: 'A view needs keys.' }),
  ]
  const { selection: again, lost } = keptSelection({ version: 4, streams: now }, kept)
  expect(again.request('save').changes).toEqual([{ tap_stream_id: 'db-still', selected: true }])
  expect([...lost].toSorted()).toEqual(['blocked', 'gone'])
})

test.each([null, 'x', 7, { touched: 'x', rules: 7 }, { touched: [null, 7, {}], rules: [null, { q: 1 }] }])(
  'what is no draft changes nothing: %j',
  (draft) => {
    const kept = store()
    kept.keep(draft)
    expect(open(itemsOf(names), kept).list.all.selected).toBe(1)
  },
)

test('all that is shown of what is ticked can be unticked, and nothing else', () => {
  const { selection, list, at } = open(itemsOf(['a', 'x1', 'x2', 'x3'], ['a', 'x1', 'x2']), store())
  list.search({ q: 'x', onlySelected: true })
  expect(list.found).toMatchObject({ count: 2, selected: 2 })
  list.selectFound(false)
  expect([0, 1, 2, 3].map((index) => selection.isSelected(at(index)))).toEqual([true, false, false, false])
  // They stay in sight, to be ticked again.
  expect(list.found).toMatchObject({ count: 2, selected: 0 })
})
