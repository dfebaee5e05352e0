import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamSearch, StreamWindow } from '@bobbin/shared/wizard-api'
import type { CallResult } from '../api-client.ts'
import { createSearchedList } from './searched-list.ts'
import { createSelection } from './selection.ts'
import { streamItem, windowOf, type Row } from './stream-items.testing.ts'
import { createWholeList } from './whole-list.ts'

const size = 10

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A list over a server that answers when it is told to. */
function listOf(rows: readonly Row[]) {
  const streams = rows.map(streamItem)
  let version = 1
  const asked: StreamSearch[] = []
  const held: { answer(isLost?: boolean): void }[] = []

  /** What the server answers: it knows the rules and, for what is selected, what was done by hand. */
  function served(search: StreamSearch): StreamWindow {
    const known = createSelection({
      rules: search.matching,
      touched: streams.flatMap((stream) => {
        const id = stream.tap_stream_id
        const selected = search.ticked.includes(id) || (!search.unticked.includes(id) && undefined)
        return selected === undefined ? [] : [{ stream, selected }]
      }),
    })
    const byRules = createWholeList(streams, createSelection({ rules: search.matching, touched: [] }))
    const all = byRules.all
    byRules.search({ q: search.q, onlySelected: false })
    const whole = createWholeList(streams, known)
    whole.search({ q: search.q, onlySelected: search.only_selected })
    const found = Array.from({ length: whole.found.count }, (_, row) => whole.at(row)!)
    return {
      ...windowOf(found.slice(search.offset, search.offset + size)),
      version,
      tally: search.with_tally ? { all, found: { ...byRules.found, count: whole.found.count } } : null,
    }
  }

  const selection = createSelection()
  const onNews = vi.fn<() => void>()
  const everything = { q: '', only_selected: false, matching: [], ticked: [], unticked: [], offset: 0 }
  const list = createSearchedList({
    first: served({ ...everything, with_tally: true }),
    isSomeKept: rows.some((row) => row.required),
    selection,
    find(search) {
      asked.push(search)
      return new Promise<CallResult<StreamWindow>>((resolve) => {
        const value = served(search)
        const error = { code: 'Unreachable', message: '', data: {} } as const
        held.push({ answer: (isLost) => resolve(isLost ? { ok: false, error } : { ok: true, value }) })
      })
    },
    onNews,
  })
  const names = () => Array.from({ length: list.found.count }, (_, row) => list.at(row)?.stream_name ?? null)

  async function answer(which = 0, isLost = false): Promise<void> {
    held.splice(which, 1)[0]?.answer(isLost)
    await vi.advanceTimersByTimeAsync(0)
  }

  return {
    list,
    selection,
    asked,
    names,
    answer,
    change: () => void (version += 1),
    item: (name: string) => streams.find((stream) => stream.stream_name === name)!,
    async search(q: string, onlySelected = false) {
      list.search({ q, onlySelected })
      await vi.advanceTimersByTimeAsync(200)
    },
    async show(start: number, end: number) {
      list.show(start, end)
      await vi.advanceTimersByTimeAsync(100)
    },
  }
}

const many = Array.from({ length: 100 }, (_, index) => ({ name: `t${index}` }))

describe('rows', () => {
  test('that come into sight are asked for once, and rows on their way have their place', async () => {
    const { list, asked, answer, show } = listOf(many)
    expect([list.all.count, list.at(3)?.stream_name, list.at(25)]).toEqual([100, 't3', null])
    list.show(10, 20)
    await show(22, 35)
    await show(22, 35)
    expect(asked.map(({ offset, with_tally: isCounted }) => [offset, isCounted])).toEqual([
      [20, false],
      [30, false],
    ])
    await answer()
    await answer()
    expect([22, 34, 40].map((row) => list.at(row)?.stream_name ?? null)).toEqual(['t22', 't34', null])
  })

  test('of a list that changed meanwhile are not put between the others', async () => {
    const { list, asked, answer, show, change } = listOf(many)
    change()
    await show(20, 30)
    await answer()
    expect(list.at(20)).toBeNull()
    expect(asked.at(-1)).toMatchObject({ offset: 0, with_tally: true })
    await answer()
    await show(20, 30)
    await answer()
    expect(list.at(20)?.stream_name).toBe('t20')
  })
})

describe('a search', () => {
  test('waits for the typing, keeps what is shown until it is answered, and then shows what it found', async () => {
    const { list, asked, names, answer, search } = listOf(many)
    list.search({ q: 't', onlySelected: false })
    list.search({ q: 't1', onlySelected: false })
    await search('T12')
    expect(asked.map(({ q }) => q)).toEqual(['T12'])
    expect([list.isSearching, list.shown.q, list.found.count]).toEqual([true, '', 100])
    await answer()
    expect([list.isSearching, list.shown.q, names()]).toEqual([false, 'T12', ['t12']])
  })

  test('is not overwritten by the late answer to an older one', async () => {
    const { list, names, answer, search } = listOf(many)
    await search('t1')
    await search('t12')
    await answer(1)
    await answer(0)
    expect([list.shown.q, names()]).toEqual(['t12', ['t12']])
  })

  test('for what is selected has what was ticked here, and keeps what is unticked in its place', async () => {
    const { list, selection, names, answer, search, item } = listOf([...many, { name: 'x', selected: true }])
    selection.select(item('t7'), true)
    selection.select(item('x'), false)
    selection.select(item('t9'), true)
    await search('', true)
    await answer()
    expect(names()).toEqual(['t7', 't9'])
    selection.select(item('t7'), false)
    expect([names(), list.all.selected]).toEqual([['t7', 't9'], 1])
  })
})

describe('counts', () => {
  test('are right at once, whatever is ticked, by hand or by the hundred', async () => {
    const { list, selection, answer, search, item } = listOf([
      ...many,
      { name: 'b', blocked: 'because' },
      { name: 'v', blocked: 'keys', isView: true },
      { name: 's', selected: true },
    ])
    expect(list.all).toEqual({ count: 103, selectable: 101, selected: 1 })
    selection.select(item('t12'), true)
    selection.edit(item('v'), { view_key_properties: ['id'] })
    expect(list.found).toEqual({ count: 103, selectable: 102, selected: 2 })
    await search('t1')
    await answer()
    expect(list.found).toEqual({ count: 11, selectable: 11, selected: 1 })
    expect(list.selectFound(true)).toBe(true)
    expect([list.found.selected, list.all.selected]).toEqual([11, 12])
    selection.select(item('t10'), false)
    expect([list.found.selected, list.all.selected]).toEqual([10, 11])
    await search('')
    await answer()
    expect(list.all.selected).toBe(11)
    list.selectFound(true)
    expect(list.found).toEqual({ count: 103, selectable: 102, selected: 102 })
    list.selectFound(false)
    expect(list.all.selected).toBe(0)
  })
})

test('what the app needs stays ticked, and is counted by the server', async () => {
  const { list, answer, asked } = listOf([...many, { name: 'needed', required: true }])
  list.selectFound(true)
  expect([list.all.selected, asked.length]).toEqual([101, 0])
  list.selectFound(false)
  expect(asked.at(-1)).toMatchObject({ matching: [{ q: '', selected: false }], with_tally: true })
  await answer()
  expect(list.all).toEqual({ count: 101, selectable: 101, selected: 1 })
})

describe('a lost network', () => {
  test('is said, and asked again by itself, ever more seldom, until it is back', async () => {
    const { list, asked, names, answer, search } = listOf(many)
    await search('t12')
    await answer(0, true)
    expect([list.hasFailed, list.found.count]).toEqual([true, 100])
    await vi.advanceTimersByTimeAsync(1_000)
    await answer(0, true)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1_000)
    await answer()
    expect([list.hasFailed, names()]).toEqual([false, ['t12']])
  })

  test('leaves rows that were lost to be asked for again', async () => {
    const { list, answer, show } = listOf(many)
    await show(20, 30)
    await answer(0, true)
    expect(list.hasFailed).toBe(true)
    list.retry()
    await answer()
    expect([list.hasFailed, list.at(20)?.stream_name]).toEqual([false, 't20'])
  })

  test('asks for nothing once the list has gone', async () => {
    const { list, asked, answer, search } = listOf(many)
    await search('t12')
    list.close()
    await answer(0, true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(1)
  })
})
