import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { findsStream } from '@bobbin/shared/selection-rules'
import { selectionRequest, type SelectionRequest } from '@bobbin/shared/wizard-api'
import { createSelection } from './selection.ts'
import { streamItem, type Row } from './stream-items.testing.ts'
import { createWholeList } from './whole-list.ts'

function selectionOf(rows: readonly Row[]) {
  const streams = rows.map(streamItem)
  const selection = createSelection()
  const list = createWholeList(streams, selection)
  return { selection, list, at: (index: number) => streams[index]! }
}

describe('what is sent', () => {
  test('is nothing where nothing changed', () => {
    const { selection } = selectionOf([
      { name: 'a', selected: true },
      { name: 'b', selected: false },
      { name: 'c' },
    ])
    expect(selection.isDirty).toBe(false)
    expect(selection.request('save')).toEqual({ changes: [], as_shown: true, then: 'save' })
  })

  test('is what was ticked and unticked, and no more', () => {
    const { selection, at } = selectionOf([{ name: 'a', selected: true }, { name: 'b' }, { name: 'c' }])
    selection.select(at(0), false)
    selection.select(at(1), true)
    selection.select(at(2), true)
    selection.select(at(2), false)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-a', selected: false },
      { tap_stream_id: 'db-b', selected: true },
    ])
  })

  test('leaves a pre-ticked stream to the server, and says which is not wanted', () => {
    const { selection, list, at } = selectionOf([
      { name: 'a', preselected: true },
      { name: 'b', preselected: true },
    ])
    selection.select(at(1), false)
    expect(list.all.selected).toBe(1)
    expect(selection.request('save')).toMatchObject({
      changes: [{ tap_stream_id: 'db-b', selected: false }],
      as_shown: true,
    })
  })

  test('never has what cannot be read, not by its keys either', () => {
    const { selection, list, at } = selectionOf([
      { name: 'a', selected: true, access: { reason: 'not_permitted' }, isView: true },
      { name: 'b' },
    ])
    selection.edit(at(0), { view_key_properties: ['id'] })
    selection.select(at(0), true)
    selection.selectMatching('', true)
    expect(selection.isSelected(at(0))).toBe(false)
    expect(list.all).toEqual({ count: 2, selectable: 1, selected: 1 })
    expect(selection.request('save').changes.filter(({ selected }) => selected)).toEqual([])
  })

  test('has what the app needs, whatever is done, once it can be had', () => {
    const { selection, list, at } = selectionOf([
      { name: 'a', required: true },
      { name: 'b', required: true, isView: true, blocked: 'keys' },
    ])
    selection.select(at(0), false)
    selection.selectMatching('', false)
    expect([selection.isSelected(at(0)), selection.isSelected(at(1))]).toEqual([true, false])
    selection.edit(at(1), { view_key_properties: ['id'] })
    selection.select(at(1), false)
    expect(list.all).toEqual({ count: 2, selectable: 2, selected: 2 })
    expect(selection.request('save').changes.map(({ selected }) => selected)).toEqual([undefined])
  })

  test('lets an explicit choice rule over a pre-tick', () => {
    expect(selectionOf([{ name: 'a', selected: false, preselected: true }]).list.all.selected).toBe(0)
  })

  test('carries what was changed inside a stream', () => {
    const { selection, at } = selectionOf([{ name: 'a', selected: true }])
    selection.edit(at(0), { fields: { x: false } })
    selection.edit(at(0), { fields: { y: true }, replication_method: 'FULL_TABLE' })
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-a', fields: { x: false, y: true }, replication_method: 'FULL_TABLE' },
    ])
  })

  test('is nothing but the wish when the choice is left for later', () => {
    const { selection, at } = selectionOf([{ name: 'a' }])
    selection.select(at(0), true)
    expect(selection.request('skip')).toEqual({ changes: [], then: 'skip' })
  })

  test('is the same after it was kept as text', () => {
    const { selection, at } = selectionOf([{ name: 'a' }, { name: 'b', isView: true, blocked: 'keys' }])
    selection.selectMatching('a', true)
    selection.edit(at(1), { view_key_properties: ['id'] })
    selection.select(at(1), true)
    const kept = createSelection(JSON.parse(JSON.stringify(selection.difference())))
    expect(kept.isDirty).toBe(true)
    expect(kept.request('save')).toEqual(selection.request('save'))
    expect([0, 1].map((index) => kept.isSelected(at(index)))).toEqual([true, true])
  })
})

describe('selecting what the filter shows', () => {
  test('ticks those and leaves the rest', () => {
    const { selection, list, at } = selectionOf([
      { name: 'orders' },
      { name: 'Order_items' },
      { name: 'users', selected: true },
    ])
    expect(selection.selectMatching('order', true)).toBe(true)
    expect(list.all).toEqual({ count: 3, selected: 3, selectable: 3 })
    expect(selection.request('save')).toMatchObject({
      matching: [{ q: 'order', selected: true }],
      changes: [],
    })
    selection.select(at(1), false)
    expect(selection.request('save').changes).toEqual([{ tap_stream_id: 'db-Order_items', selected: false }])
  })

  test('leaves out what cannot be ticked', () => {
    const { selection, list } = selectionOf([{ name: 'a', blocked: 'no fields' }, { name: 'b' }])
    selection.selectMatching('', true)
    expect(list.found).toEqual({ count: 2, selectable: 1, selected: 1 })
  })

  test('ticks by name what only the keys that were chosen here make possible', () => {
    const { selection, at } = selectionOf([{ name: 'v', isView: true, blocked: 'It needs keys.' }])
    selection.edit(at(0), { view_key_properties: ['id'] })
    selection.selectMatching('', true)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-v', selected: true, view_key_properties: ['id'] },
    ])
  })

  test('forgets narrower filters that a wider one overwrote', () => {
    const { selection } = selectionOf([])
    selection.selectMatching('t1', true)
    selection.selectMatching('T12 ', false)
    selection.selectMatching('t', true)
    expect(selection.request('save').matching).toEqual([{ q: 't', selected: true }])
  })

  test('says when there are more than the server takes, and changes nothing then', () => {
    const { selection } = selectionOf([])
    for (let index = 0; index < 100; index++) expect(selection.selectMatching(`t${index}x`, true)).toBe(true)
    expect(selection.selectMatching('other', true)).toBe(false)
    expect(selectionRequest.safeParse(selection.request('save')).success).toBe(true)
    expect(selection.selectMatching('', true)).toBe(true)
  })
})

describe('a view', () => {
  test('can be ticked once its keys are chosen, and no longer when they are taken back', () => {
    const { selection, at } = selectionOf([{ name: 'v', isView: true, blocked: 'It needs keys.' }])
    selection.select(at(0), true)
    expect(selection.isSelected(at(0))).toBe(false)
    selection.edit(at(0), { view_key_properties: ['id'] })
    selection.select(at(0), true)
    expect(selection.request('save').changes).toEqual([
      { tap_stream_id: 'db-v', selected: true, view_key_properties: ['id'] },
    ])
    selection.edit(at(0), { view_key_properties: [] })
    expect(selection.isSelected(at(0))).toBe(false)
  })
})

/** The server's side: rules first, then the changes, then what was shown without a choice. */
function served(rows: readonly Row[], { matching = [], changes }: SelectionRequest): boolean[] {
  return rows.map((row) => {
    const { tap_stream_id, stream_name } = streamItem(row)
    const named = changes.findLast((one) => one.tap_stream_id === tap_stream_id)?.selected
    if (named !== undefined) return named
    if (row.blocked) return false
    const rule = matching.findLast(({ q }) => findsStream(q, { tap_stream_id, stream_name }))
    return rule?.selected ?? row.selected ?? row.preselected ?? false
  })
}

test('whatever is ticked in whatever way, the server ends with what is shown', () => {
  const row = fc.record({
    name: fc.stringMatching(/^[abA_]{1,3}$/),
    selected: fc.constantFrom(true, false, null),
    preselected: fc.boolean(),
    blocked: fc.constantFrom(null, null, 'because'),
  })
  const step = fc.oneof(
    fc.record({ q: fc.stringMatching(/^[abA ]{0,3}$/), selected: fc.boolean() }),
    fc.record({ index: fc.nat(11), selected: fc.boolean() }),
  )
  const rows = fc.uniqueArray(row, { selector: (one) => one.name, minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(rows, fc.array(step, { maxLength: 12 }), (all, steps) => {
      const { selection, list, at } = selectionOf(all)
      for (const one of steps) {
        if ('q' in one) selection.selectMatching(one.q, one.selected)
        else if (one.index < all.length) selection.select(at(one.index), one.selected)
      }
      const result = served(all, selectionRequest.parse(selection.request('save')))
      expect(result).toEqual(all.map((_, index) => selection.isSelected(at(index))))
      expect(list.all.selected).toBe(result.filter(Boolean).length)
    }),
  )
})
