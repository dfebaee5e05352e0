import { createRepeatedTexts } from '@bobbin/shared/repeated-texts'
import { onceForEach } from '../../ground/once-for-each.ts'

/*
 * How a stream crosses from a connector's process: what is its own, a tab, and what others may have as well, its schema and
 * its fields. Databases of very many tables have the same ones over and over, a set for each customer or each month:
 * such a text is read once, and whoever comes after works with the same objects. In JSON there is no tab.
 */

const separator = '\t'
const separatorByte = 9

/** A stream as a line without its end; null for what has not the form of one. */
export function writeStream(stream: unknown): string | null {
  if (!isObject(stream)) return null
  const { schema, metadata, ...rest } = stream
  if (!isObject(schema) || !Array.isArray(metadata) || !metadata.every(isObject)) return null
  const own = metadata.filter(isOwn)
  const fields = own.length === 0 ? metadata : metadata.filter((entry) => !isOwn(entry))
  return `${JSON.stringify({ ...rest, metadata: own })}${separator}${writeMake(schema, fields)}`
}

const writeMake = onceForEach((schema: Record<string, unknown>, fields: readonly unknown[]) =>
  JSON.stringify({ schema, fields }),
)

/** Characters of texts whose objects are kept. What is larger than that is read each time. */
const mostCharacters = 4_000_000

/** Reads lines of one process. Returns null for those that are no streams, and throws for what is not JSON. */
export function createStreamReader(): (line: Buffer) => { stream: unknown } | null {
  const makes = createRepeatedTexts<unknown>(mostCharacters, frozen)

  return (line) => {
    const end = line.indexOf(separatorByte)
    if (end === -1) return null
    const own: unknown = JSON.parse(line.toString('utf8', 0, end))
    const text = line.toString('utf8', end + 1)
    const make = makes(text, () => JSON.parse(text) as unknown)
    return { stream: joined(own, make) }
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
