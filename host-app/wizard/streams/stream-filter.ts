import type { StreamColumns } from '@bobbin/shared/wizard-api'

/** Finds rows whose texts contain what is typed, upper and lower case alike. */
export interface Filter {
  /** Indexes of the matching rows, ascending. */
  search(q: string): Uint32Array
  matches(index: number, q: string): boolean
}

/** `texts` are the texts of each row, by row. */
export function createFilter(rowCount: number, textOf: (index: number) => string): Filter {
  const haystack = Array.from({ length: rowCount }, (_, index) => textOf(index).toLowerCase())
  const all = Uint32Array.from(haystack.keys())
  let last = { q: '', rows: all }

  function search(q: string): Uint32Array {
    const needle = q.trim().toLowerCase()
    if (needle === '') last = { q: '', rows: all }
    else if (needle !== last.q) {
      // Typing on can only narrow down what is there.
      const among = needle.includes(last.q) ? last.rows : all
      last = { q: needle, rows: among.filter((index) => haystack[index]!.includes(needle)) }
    }
    return last.rows
  }

  return { search, matches: (index, q) => haystack[index]!.includes(q.trim().toLowerCase()) }
}

/** The filter that the server applies to `matching` as well: the stream's id or name contains the text. */
export function createStreamFilter({ tap_stream_id: ids, stream_name: names }: StreamColumns): Filter {
  return createFilter(ids.length, (index) => `${ids[index]}\n${names[index]}`)
}
