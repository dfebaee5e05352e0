import type { StreamColumns } from '@bobbin/shared/wizard-api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keptSelection } from './selection-draft.ts'
import { createSelection } from './selection.ts'
import { createStreamFilter } from './stream-filter.ts'

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

function columnsOf(names: readonly string[], selected: readonly string[] = []): StreamColumns {
  const all = <Value>(value: Value) => names.map(() => value)
  return {
    tap_stream_id: names.map((name) => `db-${name}`),
    stream_name: [...names],
    selected: names.map((name) => (selected.includes(name) ? true : null)),
    preselected: names.map((name) => name === 'preticked'),
    is_view: names.map((name) => name === 'view'),
    row_count: all(null),
    field_count: all(1),
    replication_method: all(null),
    change: all(null),
    blocked: names.map((name) => (name === 'view' ? 'A view needs keys.' : null)),
    removed: [],
  }
}

function open(columns: StreamColumns, kept: ReturnType<typeof store>) {
  const selection = createSelection(columns, createStreamFilter(columns))
  return keptSelection(selection, columns.tap_stream_id, kept)
}

const names = ['a', 'b', 'view', 'preticked', 'saved']

test('what was ticked and not saved is ticked again after a reload, fields and keys too', () => {
  const kept = store()
  const { selection: first } = open(columnsOf(names, ['saved']), kept)
  first.select(1, true)
  first.edit(2, { view_key_properties: ['id'] })
  first.select(2, true)
  first.edit(1, { fields: { secret: false } })
  first.select(3, false)
  first.select(4, false)
  vi.runAllTimers()

  const { selection: again } = open(columnsOf(names, ['saved']), kept)
  expect(names.filter((_name, index) => again.isSelected(index))).toEqual(['b', 'view'])
  expect(again.request('save')).toEqual(first.request('save'))
  expect([again.count, again.isDirty]).toEqual([2, true])
})

test('what is gone from the source is left out, and what was saved meanwhile stays', () => {
  const kept = store()
  const { selection: first } = open(columnsOf(names), kept)
  first.select(0, true)
  first.select(1, true)
  vi.runAllTimers()
  const { selection: again } = open(columnsOf(['b', 'c', 'saved'], ['saved']), kept)
  expect([0, 1, 2].map((index) => again.isSelected(index))).toEqual([true, false, true])
})

test('what was ticked just before the page is left is kept', () => {
  const kept = store()
  const { selection, flush } = open(columnsOf(names), kept)
  selection.select(0, true)
  flush()
  expect(open(columnsOf(names), kept).selection.isSelected(0)).toBe(true)
})

test('where all is as the server has it nothing is kept, and nothing is dirty', () => {
  const kept = store()
  const { selection } = open(columnsOf(['a', 'b']), kept)
  selection.select(0, true)
  vi.runAllTimers()
  selection.select(0, false)
  vi.runAllTimers()
  expect(kept.size()).toBe(0)
  expect(open(columnsOf(['a', 'b']), kept).selection.isDirty).toBe(false)
})

test('all of 100,000 streams are a few bytes, and come back at once', () => {
  const many = columnsOf(Array.from({ length: 100_000 }, (_, index) => `table_${index}`))
  const kept = store()
  const { selection } = open(many, kept)
  selection.selectMatching('', true)
  selection.select(7, false)
  vi.runAllTimers()
  expect(kept.size()).toBeLessThan(1_000)
  const { selection: again } = open(many, kept)
  expect([again.count, again.isSelected(7)]).toEqual([99_999, false])
})

test.each([null, 'x', 7, { changes: 'x', matching: 7 }, { changes: [null, 7], matching: [null, { q: 1 }] }])(
  'what is no draft changes nothing: %j',
  (draft) => {
    const kept = store()
    kept.keep(draft)
    expect(open(columnsOf(names), kept).selection.count).toBe(1)
  },
)
