import { ConnectorError } from '../connector.ts'

/** Of one stream. A table of 1,600 columns with the longest names is about one megabyte. */
const mostBytesPerStream = 8 * 1024 ** 2
/** Of all that a tap may print. */
const mostBytesInAll = 128 * 1024 ** 2
/** Nobody's schema is deeper; what is could not be written again. */
const deepest = 200
/** Bytes before the catalog: warnings that a library prints where it should not. */
const mostBefore = 1024 ** 2

const code = (character: string) => character.charCodeAt(0)
const [quote, backslash, comma, newline] = [code('"'), code('\\'), code(','), code('\n')]
const opens = new Set([code('{'), code('[')])
const closes = new Set([code('}'), code(']')])
const blanks = new Set([code(' '), code('\t'), code('\r'), newline])

/**
 * Takes a catalog apart as it comes, `{"streams": [ … ]}`, so that it is never in memory as a whole: yields the JSON of each
 * stream. What is printed before it, in lines that begin with no brace, is passed over. Returns whether a whole catalog was
 * there. @throws {ConnectorError} as soon as it can be none.
 */
export async function* scanCatalog(output: AsyncIterable<Buffer>): AsyncGenerator<string, boolean> {
  const scan = createScan()
  let bytes = 0
  for await (const chunk of output) {
    bytes += chunk.length
    if (bytes > mostBytesInAll) {
      throw new ConnectorError('AnswerTooLarge', {
        detail: `The tap printed more than ${mostBytesInAll / 1024 ** 2} MB.`,
      })
    }
    yield* scan.feed(chunk)
  }
  return scan.isComplete()
}

function createScan() {
  let place: 'before' | 'line to skip' | 'catalog' | 'after' = 'before'
  let before = 0
  let depth = 0
  let isInText = false
  let isEscaped = false
  /** Bytes of the present text at depth 1, or of what stands in the list of streams; null where nothing is kept. */
  let kept: Buffer[] | null = null
  let keptBytes = 0
  /** The last text at depth 1: a key, as soon as its value begins. */
  let lastText = ''
  let isInStreams = false
  let hasStreams = false

  function keep(part: Buffer): void {
    if (kept === null || part.length === 0) return
    kept.push(part)
    keptBytes += part.length
    if (keptBytes > mostBytesPerStream) throw tooLong()
  }

  function take(): string {
    const text = Buffer.concat(kept ?? []).toString('utf8')
    kept = null
    keptBytes = 0
    return text
  }

  function* feed(chunk: Buffer): Generator<string> {
    // What is kept of this chunk begins here.
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      if (place === 'after') {
        if (!blanks.has(byte)) throw notACatalog()
        continue
      }
      if (place === 'before' || place === 'line to skip') {
        before += 1
        if (before > mostBefore) throw notACatalog()
        if (byte === newline) place = 'before'
        else if (place === 'before' && byte === code('{')) {
          place = 'catalog'
          depth = 1
        } else if (place === 'before' && !blanks.has(byte)) place = 'line to skip'
        continue
      }
      if (isInText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) {
          isInText = false
          if (depth === 1) {
            keep(chunk.subarray(start, at + 1))
            lastText = take()
          }
        }
        continue
      }
      if (byte === quote) {
        isInText = true
        if (depth === 1) {
          kept = []
          start = at
        } else if (isInStreams && depth === 2) throw notACatalog()
      } else if (opens.has(byte)) {
        depth += 1
        if (depth > deepest)
          throw new ConnectorError('AnswerTooLarge', { detail: 'A schema nests too deeply.' })
        if (depth === 2 && byte === code('[') && lastText === '"streams"') {
          isInStreams = true
          hasStreams = true
        } else if (isInStreams && depth === 3) {
          kept = []
          start = at
        }
      } else if (closes.has(byte)) {
        depth -= 1
        if (isInStreams && depth === 2) {
          keep(chunk.subarray(start, at + 1))
          yield take()
        } else if (depth === 1) isInStreams = false
        else if (depth === 0) place = 'after'
      } else if (isInStreams && depth === 2 && byte !== comma && !blanks.has(byte)) throw notACatalog()
    }
    if (kept !== null) keep(chunk.subarray(start))
  }

  return {
    feed,
    isComplete: () => place === 'after' && hasStreams,
  }
}

function tooLong(): ConnectorError {
  return new ConnectorError('AnswerTooLarge', { detail: 'The description of one stream is too long.' })
}

export function notACatalog(): ConnectorError {
  return new ConnectorError('CheckFailed', { detail: 'What the tap printed is no catalog.' })
}
