import type { StreamColumns } from '@bobbin/shared/wizard-api'

/** Finds rows whose texts contain what is typed, upper and lower case alike. */
export interface Filter {
  /** Indexes of the matching rows, ascending. */
  search(q: string): Uint32Array
}

/** `texts` are the texts of each row, by row. */
export function createFilter(rowCount: number, textOf: (index: number) => string): Filter {
  const haystack = Array.from({ length: rowCount }, (_, index) => textOf(index).toLowerCase())
  const all = Uint32Array.from(haystack.keys())
  let last: { q: string; rows: Uint32Array } = { q: '', rows: all }

  /** A plain loop: at 100,000 rows a callback for each would cost the frame. */
  function narrow(among: Uint32Array, needle: string): Uint32Array {
    const found = new Uint32Array(among.length)
    let count = 0
    for (const index of among) if (haystack[index]!.includes(needle)) found[count++] = index
    return found.subarray(0, count)
  }

  function search(q: string): Uint32Array {
    const needle = q.trim().toLowerCase()
    if (needle === '') last = { q: '', rows: all }
    else if (needle !== last.q) {
      // Typing on can only narrow down what is there.
      const among = needle.includes(last.q) ? last.rows : all
      last = { q: needle, rows: narrow(among, needle) }
    }
    return last.rows
  }

  return { search }
}

/** The filter that the server applies to `matching` as well: the stream's id or name contains the text. */
export function createStreamFilter({ tap_stream_id: ids, stream_name: names }: StreamColumns): Filter {
  return createFilter(ids.length, (index) => `${ids[index]}\n${names[index]}`)
}
