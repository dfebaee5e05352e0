import { discoveredStream, replicationMethods, type DiscoveredStream } from '@bobbin/shared/catalog'

/**
 * A stream as whoever wrote the connector has it: perhaps never type-checked, perhaps a tap's own catalog. What
 * is meant plainly is taken as it is meant: a text where a list belongs is a list of one, methods in any case of
 * letters, `"true"` for true. Handed on whole: what else it says of itself is kept. null: it is no stream.
 */
export function readStream(found: unknown): DiscoveredStream | null {
  if (!isObject(found)) return null
  const { metadata: entries = [], ...rest } = withoutNulls(found)
  if (!Array.isArray(entries)) return null
  const legacy = readKeys(rest, legacyKeys)
  const metadata: unknown[] = entries.map(readEntry)
  const own = metadata.find((entry): entry is Fields => isObject(entry) && isOwn(entry))
  const stream = {
    ...legacy,
    metadata: own
      ? metadata.map((entry) => (entry === own ? withLegacy(own, legacy) : entry))
      : [withLegacy({ breadcrumb: [], metadata: {} }, legacy), ...metadata],
  }
  return discoveredStream.safeParse(stream).success ? (stream as unknown as DiscoveredStream) : null
}

type Fields = Record<string, unknown>
/** What is meant; undefined: nothing that could be told. */
type Reading = (value: unknown) => unknown

const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
const list = (value: unknown) => {
  if (Array.isArray(value)) return value.filter((item) => text(item) !== undefined)
  return text(value) === undefined ? undefined : [value]
}
const method: Reading = (value) => {
  if (isObject(value)) return { ...value, 'replication-method': method(value['replication-method']) }
  const meant = text(value)
    ?.trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, '_')
  return replicationMethods.find((known) => known === meant) ?? text(value)
}
const methods: Reading = (value) => list(value)?.map(method)
const flag: Reading = (value) => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value
  return typeof word === 'boolean' ? word : word === 'true' ? true : word === 'false' ? false : undefined
}
const count: Reading = (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
const word: Reading = (value) => text(value)?.trim().toLowerCase()

const metadataKeys: Record<string, Reading> = {
  'table-key-properties': list,
  'view-key-properties': list,
  'valid-replication-keys': list,
  'valid-replication-methods': methods,
  'forced-replication-method': method,
  'replication-method': method,
  'replication-key': text,
  'selected-by-default': flag,
  'is-view': flag,
  'row-count': count,
  'database-name': text,
  inclusion: word,
}

/** What singer-python reads beside the metadata, and the key of the metadata that says the same. */
const legacyKeys: Record<string, Reading> = {
  key_properties: list,
  replication_method: method,
  replication_key: text,
  database_name: text,
  is_view: flag,
  row_count: count,
}
const sameAs: Record<string, string> = {
  key_properties: 'table-key-properties',
  replication_method: 'replication-method',
  replication_key: 'replication-key',
  is_view: 'is-view',
}

function readEntry(entry: unknown): unknown {
  if (!isObject(entry)) return entry
  const { metadata, breadcrumb } = entry
  if (!isObject(metadata) || (Array.isArray(breadcrumb) && breadcrumb.length > 0 && isAsMeant(metadata)))
    return entry
  return { ...entry, metadata: readKeys(metadata, metadataKeys) }
}

/** Nearly all of a hundred thousand tables' fields: nothing to do. */
function isAsMeant({ inclusion, 'selected-by-default': byDefault }: Fields): boolean {
  return (
    (inclusion === 'available' || inclusion === 'automatic' || inclusion === 'unsupported') &&
    (byDefault === undefined || typeof byDefault === 'boolean')
  )
}

function isOwn({ breadcrumb, metadata }: Fields): boolean {
  return Array.isArray(breadcrumb) && breadcrumb.length === 0 && isObject(metadata)
}

/** The metadata has the last word; where it is silent, the old fields speak. */
function withLegacy(own: Fields, legacy: Fields): Fields {
  const known = isObject(own['metadata']) ? own['metadata'] : {}
  const added = Object.entries(sameAs).flatMap(([old, key]) =>
    key in known || legacy[old] === undefined ? [] : [[key, legacy[old]]],
  )
  return { ...own, metadata: { ...known, ...Object.fromEntries(added) } }
}

/** These keys as they are meant, without those that mean nothing; all others as they came. */
function readKeys(fields: Fields, readings: Record<string, Reading>): Fields {
  const read = Object.entries(fields).map(([key, value]) => {
    const reading = Object.hasOwn(readings, key) ? readings[key] : undefined
    return [key, reading ? reading(value) : value] as const
  })
  return Object.fromEntries(read.filter(([, value]) => value !== undefined))
}

function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
