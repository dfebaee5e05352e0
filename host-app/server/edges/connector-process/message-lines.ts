/** A line is longer than any message may be. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong'
}

/**
 * The lines of a stream of bytes. Reads on only when it is asked to, and keeps one line at most: whoever
 * writes faster than this is read has to wait. Throws `LineTooLong`.
 */
export async function* readLines(stream: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    let rest = chunk
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      if (length + end > mostBytes) throw new LineTooLong()
      yield parts.length === 0 ? rest.subarray(0, end) : Buffer.concat([...parts, rest.subarray(0, end)])
      parts = []
      length = 0
      rest = rest.subarray(end + 1)
    }
    if (rest.length === 0) continue
    parts.push(rest)
    length += rest.length
    if (length > mostBytes) throw new LineTooLong()
  }
}
