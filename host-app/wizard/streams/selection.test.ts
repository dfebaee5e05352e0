import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { selectionRequest, type SelectionRequest, type StreamColumns } from '@bobbin/shared/wizard-api'
import { createSelection } from './selection.ts'
import { createStreamFilter } from './stream-filter.ts'

interface Row {
  name: string
  selected?: boolean | null
  preselected?: boolean
  blocked?: string
  isView?: boolean
}

function columnsOf(rows: readonly Row[]): StreamColumns {
  return {
    tap_stream_id: rows.map(({ name }) => `db-${name}`),
    stream_name: rows.map(({ name }) => name),
    selected: rows.map(({ selected }) => selected ?? null),
    preselected: rows.map(({ preselected }) => preselected ?? false),
    is_view: rows.map(({ isView }) => isView ?? false),
    row_count: rows.map(() => null),
    field_count: rows.map(() => 1),
    replication_method: rows.map(() => null),
    change: rows.map(() => null),
    blocked: rows.map(({ blocked }) => blocked ?? null),
    removed: [],
  }
}

function selectionOf(rows: readonly Row[]) {
  const columns = columnsOf(rows)
  return createSelection(columns, createStreamFilter(columns))
}

describe('what is sent', () => {
  test('is nothing where nothing changed', () => {
    const selection = selectionOf([
      { name: 'a', selected: true },
      { name: 'b', selected: false },
      { name: 'c' },
    ])
    expect(selection.request('save')).toEqual({ changes: [], then: 'save' })
  })

  test('is what was ticked and unticked, and no more', () => {
    const selection = selectionOf([{ name: 'a', selected: true }, { name: 'b' }, { name: 'c' }])
    selection.select(0, false)
    selection.select(1, true)
    selection.select(2, true)
    selection.select(2, false)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-a', selected: false },
      { tap_stream_id: 'db-b', selected: true },
    ])
  })

  test('makes a pre-ticked stream a choice, kept or not', () => {
    const selection = selectionOf([
      { name: 'a', preselected: true },
      { name: 'b', preselected: true },
    ])
    selection.select(1, false)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-a', selected: true },
      { tap_stream_id: 'db-b', selected: false },
    ])
  })

  test('lets an explicit choice rule over a pre-tick', () => {
    expect(selectionOf([{ name: 'a', selected: false, preselected: true }]).count).toBe(0)
  })

  test('carries what was changed inside a stream', () => {
    const selection = selectionOf([{ name: 'a', selected: true }])
    selection.edit(0, { fields: { x: false } })
    selection.edit(0, { fields: { y: true }, replication_method: 'FULL_TABLE' })
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-a', fields: { x: false, y: true }, replication_method: 'FULL_TABLE' },
    ])
  })

  test('is nothing but the wish when the choice is left for later', () => {
    const selection = selectionOf([{ name: 'a' }])
    selection.select(0, true)
    expect(selection.request('skip')).toEqual({ changes: [], then: 'skip' })
  })
})

describe('selecting what the filter shows', () => {
  test('ticks those and leaves the rest', () => {
    const selection = selectionOf([
      { name: 'orders' },
      { name: 'Order_items' },
      { name: 'users', selected: true },
    ])
    selection.selectMatching('order', true)
    expect(selection.count).toBe(3)
    expect(selection.request('save').changes.map((change) => change.tap_stream_id)).toEqual([
      'db-orders',
      'db-Order_items',
    ])
  })

  test('leaves out what cannot be ticked', () => {
    const selection = selectionOf([{ name: 'a', blocked: 'no fields' }, { name: 'b' }])
    selection.selectMatching('', true)
    expect(selection.count).toBe(1)
    expect(selection.tally(Uint32Array.of(0, 1))).toEqual({ selectable: 1, selected: 1 })
  })

  test('of 100,000 streams is sent in a few bytes', () => {
    const selection = selectionOf(Array.from({ length: 100_000 }, (_, index) => ({ name: `t${index}` })))
    selection.selectMatching('', true)
    selection.select(5, false)
    expect(selection.count).toBe(99_999)
    expect(selection.request('save')).toEqual({
      matching: [{ q: '', selected: true }],
      changes: [{ tap_stream_id: 'db-t5', selected: false }],
      then: 'save',
    })
  })

  test('forgets narrower filters that a wider one overwrote', () => {
    const selection = selectionOf(Array.from({ length: 30_000 }, (_, index) => ({ name: `t${index}` })))
    selection.selectMatching('t1', true)
    selection.selectMatching('T12', false)
    selection.selectMatching('t', true)
    expect(selection.request('save').matching).toEqual([{ q: 't', selected: true }])
  })
})

describe('a view', () => {
  const rows = [{ name: 'v', isView: true, blocked: 'It needs keys.' }]

  test('can be ticked once its keys are chosen, and no longer when they are taken back', () => {
    const selection = selectionOf(rows)
    selection.select(0, true)
    expect(selection.isSelected(0)).toBe(false)
    selection.edit(0, { view_key_properties: ['id'] })
    selection.select(0, true)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-v', selected: true, view_key_properties: ['id'] },
    ])
    selection.edit(0, { view_key_properties: [] })
    expect(selection.isSelected(0)).toBe(false)
  })
})

/** The server's side: filters first, one statement each, then the changes. */
function served(columns: StreamColumns, { matching = [], changes }: SelectionRequest): (boolean | null)[] {
  const selected = [...columns.selected]
  for (const { q, selected: wanted } of matching) {
    columns.tap_stream_id.forEach((id, index) => {
      const text = `${id}\n${columns.stream_name[index]}`.toLowerCase()
      if (columns.blocked[index] === null && text.includes(q.toLowerCase())) selected[index] = wanted
    })
  }
  for (const { tap_stream_id: id, selected: wanted } of changes) {
    if (wanted !== undefined) selected[columns.tap_stream_id.indexOf(id)] = wanted
  }
  return selected
}

test('whatever is ticked in whatever way, the server ends with what is shown', () => {
  const name = fc.stringMatching(/^[abA]{1,3}$/)
  const row = fc.record({
    name,
    selected: fc.constantFrom(true, false, null),
    preselected: fc.boolean(),
    blocked: fc.constantFrom(undefined, undefined, 'because'),
  })
  const step = fc.oneof(
    fc.record({ q: fc.stringMatching(/^[abA]{0,2}$/), selected: fc.boolean() }),
    fc.record({ index: fc.nat(11), selected: fc.boolean() }),
  )
  const rows = fc.uniqueArray(row, { selector: (one) => one.name, minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(rows, fc.array(step, { maxLength: 12 }), (list, steps) => {
      const columns = columnsOf(list.map(({ blocked, ...one }) => ({ ...one, ...(blocked && { blocked }) })))
      const selection = createSelection(columns, createStreamFilter(columns), { mostChanges: 2 })
      for (const one of steps) {
        if ('q' in one) selection.selectMatching(one.q, one.selected)
        else if (one.index < list.length) selection.select(one.index, one.selected)
      }
      const request = selectionRequest.parse(selection.request('save'))
      const result = served(columns, request)
      list.forEach((_, index) => expect(result[index] === true).toBe(selection.isSelected(index)))
    }),
  )
})
