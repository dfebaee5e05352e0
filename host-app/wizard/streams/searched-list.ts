import { hasWords, searchWords } from '@bobbin/shared/stream-search'
import type { StreamSearch, StreamTally, StreamWindow } from '@bobbin/shared/wizard-api'
import type { CallResult } from '../api-client.ts'
import type { Selection } from './selection.ts'
import { itemsOf, type StreamItem } from './stream-item.ts'
import type { StreamFilter, StreamList, Tally } from './stream-list.ts'

/** Milliseconds without a key, or without scrolling, before anything is asked for. */
const typingPause = 120
const scrollingPause = 60
/** Milliseconds before it is asked for again, doubled each time. */
const firstWait = 1_000
const longestWait = 15_000

/** A search as it was sent, and what has come of it so far. */
interface Result {
  readonly filter: StreamFilter
  readonly search: Omit<StreamSearch, 'offset' | 'with_tally'>
  readonly version: number
  tally: StreamTally
  /** By their first row; null: on its way. */
  readonly windows: Map<number, readonly StreamItem[] | null>
  /** Rows in a window. */
  readonly size: number
}

/**
 * Very many streams: the server searches and counts, and sends the rows that come into sight. What is ticked here
 * is laid over that. `first` is the first window of all of them.
 */
export function createSearchedList({
  first,
  isSomeKept,
  selection,
  find,
  onNews,
}: {
  first: StreamWindow
  /** The app needs some of them: what is unticked as a whole is counted anew. */
  isSomeKept: boolean
  selection: Selection
  find(search: StreamSearch): Promise<CallResult<StreamWindow>>
  /** Something is to be shown otherwise. */
  onNews(): void
}): StreamList {
  const size = first.tap_stream_id.length
  let wanted: StreamFilter = { q: '', onlySelected: false }
  let shown = resultOf(wanted, searchFor(wanted), first)
  let sight = { start: 0, end: 0 }
  let hasFailed = false
  let wait = firstWait
  let isClosed = false
  let typing: ReturnType<typeof setTimeout> | undefined
  let scrolling: ReturnType<typeof setTimeout> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined

  function searchFor({ q, onlySelected }: StreamFilter): Result['search'] {
    const byHand = onlySelected ? [...selection.touched()].filter((one) => one.selected !== undefined) : []
    const idsOf = (isTicked: boolean) =>
      byHand.filter((one) => one.selected === isTicked).map((one) => one.stream.tap_stream_id)
    const [ticked, unticked] = [idsOf(true), idsOf(false)]
    return { q: q.trim(), only_selected: onlySelected, matching: [...selection.rules], ticked, unticked }
  }

  function resultOf(filter: StreamFilter, search: Result['search'], window: StreamWindow): Result {
    const none = { count: 0, selectable: 0, selected: 0 }
    const { version, tally } = window
    const windows = new Map([[0, itemsOf(window)]])
    return { filter, search, version, tally: tally ?? { all: none, found: none }, windows, size }
  }

  /** The newest search; the answer to an older one is dropped. */
  async function ask(): Promise<void> {
    const filter = wanted
    const search = searchFor(filter)
    const answer = await find({ ...search, offset: 0, with_tally: true })
    if (isClosed || filter !== wanted) return
    if (!answer.ok) return failed()
    shown = resultOf(filter, search, answer.value)
    came()
  }

  /** The windows in sight that are neither here nor on their way. */
  function askForSight(): void {
    if (shown.filter !== wanted) return
    const last = Math.min(sight.end, shown.tally.found.count) - 1
    for (let start = sight.start - (sight.start % size); start <= last; start += size) {
      if (!shown.windows.has(start)) void askFor(shown, start)
    }
  }

  async function askFor(result: Result, start: number): Promise<void> {
    result.windows.set(start, null)
    const answer = await find({ ...result.search, offset: start, with_tally: false })
    if (isClosed || result !== shown) return
    if (!answer.ok) {
      result.windows.delete(start)
      return failed()
    }
    // The streams are not what they were: rows of two times would come twice, or not at all.
    if (answer.value.version !== result.version) return void ask()
    result.windows.set(start, itemsOf(answer.value))
    came()
  }

  function came(): void {
    hasFailed = false
    wait = firstWait
    onNews()
  }

  function failed(): void {
    hasFailed = true
    clearTimeout(retrying)
    retrying = setTimeout(retry, wait)
    wait = Math.min(longestWait, wait * 2)
    onNews()
  }

  function retry(): void {
    clearTimeout(retrying)
    if (shown.filter === wanted) askForSight()
    else void ask()
  }

  /** What was done by hand, over what the server counted. */
  function laidOver(tally: Tally, words: readonly string[]): Tally {
    let { selectable, selected } = tally
    for (const { stream } of selection.touched()) {
      if (!hasWords(stream.text, words)) continue
      selected += Number(selection.isSelected(stream)) - Number(selection.isSelectedByRules(stream))
      if (stream.blocked !== null && selection.blockedReason(stream) === null) selectable += 1
    }
    return { count: tally.count, selectable, selected }
  }

  return {
    get all() {
      return laidOver(shown.tally.all, [])
    },
    get shown() {
      return shown.filter
    },
    get found() {
      return laidOver(shown.tally.found, searchWords(shown.filter.q))
    },
    get result() {
      return shown.windows
    },
    get isSearching() {
      return shown.filter !== wanted
    },
    get hasFailed() {
      return hasFailed
    },
    at: (row) => shown.windows.get(row - (row % size))?.[row % size] ?? null,
    search(filter) {
      wanted = filter
      clearTimeout(typing)
      typing = setTimeout(() => void ask(), typingPause)
      onNews()
    },
    show(start, end) {
      sight = { start, end }
      clearTimeout(scrolling)
      scrolling = setTimeout(askForSight, scrollingPause)
    },
    selectFound(isSelected) {
      if (!selection.selectMatching(shown.filter.q, isSelected)) return false
      const { all, found } = shown.tally
      const selected = isSelected ? found.selectable : 0
      const difference = selected - found.selected
      shown.tally = {
        all: { ...all, selected: all.selected + difference },
        found: { ...found, selected },
      }
      if (isSomeKept && !isSelected) void ask()
      return true
    },
    retry,
    close() {
      isClosed = true
      for (const timer of [typing, scrolling, retrying]) clearTimeout(timer)
    },
  }
}
