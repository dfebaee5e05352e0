import { hasWords, searchWords } from '@bobbin/shared/stream-search'
import type { Selection } from './selection.ts'
import type { StreamItem } from './stream-item.ts'
import type { StreamFilter, StreamList } from './stream-list.ts'

/** Few enough streams to have them all here: they are searched as one types. */
export function createWholeList(streams: readonly StreamItem[], selection: Selection): StreamList {
  let shown: StreamFilter = { q: '', onlySelected: false }
  let rows = streams
  const tallyOf = (some: readonly StreamItem[]) => ({
    count: some.length,
    selectable: some.filter((stream) => selection.blockedReason(stream) === null).length,
    selected: some.filter((stream) => selection.isSelected(stream)).length,
  })

  return {
    get all() {
      return tallyOf(streams)
    },
    get shown() {
      return shown
    },
    get found() {
      return tallyOf(rows)
    },
    get result() {
      return rows
    },
    isSearching: false,
    hasFailed: false,
    at: (row) => rows[row] ?? null,
    search(filter) {
      shown = filter
      const words = searchWords(filter.q)
      // What is unticked in the list of what is ticked stays in sight, to be ticked again.
      rows = streams.filter(
        (stream) => hasWords(stream.text, words) && (!filter.onlySelected || selection.isSelected(stream)),
      )
    },
    show() {},
    selectFound: (isSelected) => selection.selectMatching(shown.q, isSelected),
    retry() {},
    close() {},
  }
}
