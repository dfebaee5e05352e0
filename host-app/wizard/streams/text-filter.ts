import { hasWords, searchable, searchWords } from '@bobbin/shared/stream-search'

/** Finds rows by their texts, as all searches do. */
export interface Filter {
  /** Indexes of the matching rows, ascending; the same array for the same search. */
  search(q: string): readonly number[]
}

/** `textOf` a row is what it is found by. */
export function createFilter(rowCount: number, textOf: (index: number) => string): Filter {
  const texts = Array.from({ length: rowCount }, (_, index) => searchable(textOf(index)))
  const all = [...texts.keys()]
  let last: { q: string; rows: readonly number[] } = { q: '', rows: all }

  return {
    search(q) {
      const words = searchWords(q)
      if (words.length === 0) return all
      if (q !== last.q) last = { q, rows: all.filter((index) => hasWords(texts[index] ?? '', words)) }
      return last.rows
    },
  }
}
