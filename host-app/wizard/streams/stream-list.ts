import type { StreamItem } from './stream-item.ts'

/** What is looked for. */
export interface StreamFilter {
  readonly q: string
  readonly onlySelected: boolean
}

export interface Tally {
  readonly count: number
  /** That can be ticked. */
  readonly selectable: number
  /** That are. */
  readonly selected: number
}

/** The streams of a source, as far as a search leaves them. Row by row: not all need be here. */
export interface StreamList {
  /** All streams, whatever is looked for. */
  readonly all: Tally
  /** The search whose result shows; a newer one may be on its way. */
  readonly shown: StreamFilter
  /** What it found. */
  readonly found: Tally
  /** Another one with each result. */
  readonly result: object
  readonly isSearching: boolean
  /** What was asked for did not come. It is asked for again, sooner by `retry`. */
  readonly hasFailed: boolean
  /** null: on its way. */
  at(row: number): StreamItem | null
  search(filter: StreamFilter): void
  /** The rows in sight: from `start` up to, not including, `end`. */
  show(start: number, end: number): void
  /** Ticks or unticks all that is found. False: only a few such rules go together. */
  selectFound(isSelected: boolean): boolean
  retry(): void
  /** Nothing is asked for any more. */
  close(): void
}
