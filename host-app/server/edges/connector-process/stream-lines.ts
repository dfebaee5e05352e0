import { onceForEach } from '../../ground/once-for-each.ts'

/*
 * How a stream crosses from a connector's process: what is its own, a tab, and what others may have as well, its schema and
 * its fields, which are its make. Databases of very many tables have the same ones over and over, a set for each customer
 * or each month. What comes for the second time gets a number, before it and a tab; from then on the number stands for it:
 * it crosses twice, is read twice, and whoever comes after works with the same objects. In JSON there is no tab.
 *
 * Both sides forget all makes at the same time: when number 0 is given again.
 */

const separator = '\t'
const separatorByte = 9
/** What makes begin with, and numbers never. */
const braceByte = 123

/** Characters of makes that have numbers. What is larger than that crosses each time. */
const mostCharacters = 4_000_000

/** Writes streams of one task, each as a line without its end; null for what has not the form of one. */
export function createStreamWriter(): (stream: unknown) => string | null {
  /** Null for what has come once. */
  const numbers = new Map<string, number | null>()
  let next = 0
  let characters = 0

  function shortened(make: string): string {
    const number = numbers.get(make)
    if (number !== undefined && number !== null) return String(number)
    if (number === null) {
      numbers.set(make, next)
      return `${next++}${separator}${make}`
    }
    characters += make.length
    if (characters > mostCharacters) {
      numbers.clear()
      next = 0
      characters = make.length
    }
    if (characters <= mostCharacters) numbers.set(make, null)
    return make
  }

  return (stream) => {
    if (!isObject(stream)) return null
    const { schema, metadata, ...rest } = stream
    if (!isObject(schema) || !Array.isArray(metadata) || !metadata.every(isObject)) return null
    const own = metadata.filter(isOwn)
    const fields = own.length === 0 ? metadata : metadata.filter((entry) => !isOwn(entry))
    return `${JSON.stringify({ ...rest, metadata: own })}${separator}${shortened(writeMake(schema, fields))}`
  }
}

const writeMake = onceForEach((schema: Record<string, unknown>, fields: readonly unknown[]) =>
  JSON.stringify({ schema, fields }),
)

/**
 * Reads lines of one process. Returns null for those that are no streams, and throws for what is not JSON, and for numbers
 * that were not given as the writer gives them.
 */
export function createStreamReader(): (line: Buffer) => { stream: unknown } | null {
  /** By their numbers, in digits. */
  const makes = new Map<string, unknown>()
  let characters = 0

  function readMake(line: Buffer, start: number): unknown {
    if (line[start] === braceByte) return JSON.parse(line.toString('utf8', start))
    const end = line.indexOf(separatorByte, start)
    const digits = line.toString('latin1', start, end === -1 ? line.length : end)
    if (end === -1) {
      if (!makes.has(digits)) throw new SyntaxError('There is no make of this number.')
      return makes.get(digits)
    }
    if (digits === '0') {
      makes.clear()
      characters = 0
    }
    const text = line.toString('utf8', end + 1)
    characters += text.length
    if (digits !== String(makes.size) || characters > mostCharacters)
      throw new SyntaxError('A make has another number than it gets.')
    const make = frozen(JSON.parse(text))
    makes.set(digits, make)
    return make
  }

  return (line) => {
    const end = line.indexOf(separatorByte)
    if (end === -1) return null
    const own: unknown = JSON.parse(line.toString('utf8', 0, end))
    return { stream: joined(own, readMake(line, end + 1)) }
  }
}

/** With its schema frozen: it is handed over to many, see `onceForEach`. */
function frozen(make: unknown): unknown {
  if (isObject(make)) Object.freeze(make['schema'])
  return make
}

/** Nothing else is known of either than that it was JSON; what is its own has just been read, and is nobody else's. */
function joined(own: unknown, make: unknown): unknown {
  if (!isObject(own) || !isObject(make)) return null
  const { metadata } = own
  const { schema, fields } = make
  if (!Array.isArray(metadata) || !Array.isArray(fields)) return null
  own['schema'] = schema
  own['metadata'] = metadata.concat(fields)
  return own
}

function isOwn(entry: Record<string, unknown>): boolean {
  const { breadcrumb } = entry
  return Array.isArray(breadcrumb) && breadcrumb.length === 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
