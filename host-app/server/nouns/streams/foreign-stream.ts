import {
  replicationMethods,
  streamAccess,
  type DiscoveredStream,
  type MetadataEntry,
} from '@bobbin/shared/catalog'
import { onceForEach } from '../../ground/once-for-each.ts'

/**
 * A stream as whoever wrote the connector has it: perhaps never type-checked, perhaps a tap's own catalog. What
 * is meant plainly is taken as it is meant: a text where a list belongs is a list of one, methods in any case of
 * letters, `"true"` for true. Handed on whole: what else it says of itself is kept. null: it is no stream.
 */
export function readStream(found: unknown): DiscoveredStream | null {
  if (!isObject(found)) return null
  const given = readKeys(withoutNulls(found), ownKeys)
  const { metadata: entries = [], schema } = given
  if (!Array.isArray(entries) || !isObject(schema)) return null
  const owns: unknown[] = []
  const others: unknown[] = []
  for (const entry of entries as unknown[]) (isOwn(entry) ? owns : others).push(entry)
  const fields = readFields(schema, others)
  const stream = { ...given, metadata: withLegacy(owns.map(readEntry), given) }
  if (fields === null || !isDiscoveredStream(stream)) return null
  return { ...stream, metadata: stream.metadata.concat(fields) }
}

/** What is said of the fields, which many streams may have in common. null: it has not the form that it must have. */
const readFields = onceForEach((_schema: Fields, entries: readonly unknown[]): MetadataEntry[] | null => {
  const fields = entries.map(readEntry)
  return fields.every(isEntry) ? fields : null
})

/** The same as `discoveredStream` of values that were JSON, and in a tenth of the time, for the hundred thousandth too. */
export function isDiscoveredStream(value: Readonly<Record<string, unknown>>): value is DiscoveredStream {
  const { tap_stream_id: id, stream, table_name: table, schema, metadata, access } = value
  return (
    isName(id, 1_024) &&
    isName(stream, 512) &&
    (table === undefined || typeof table === 'string') &&
    isObject(schema) &&
    isObject(schema['properties']) &&
    Array.isArray(metadata) &&
    metadata.every(isEntry) &&
    (access === undefined || streamAccess.safeParse(access).success)
  )
}

function isName(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= longest
}

function isEntry(entry: unknown): entry is MetadataEntry {
  if (!isObject(entry)) return false
  const { breadcrumb, metadata } = entry
  return (
    Array.isArray(breadcrumb) && breadcrumb.every((part) => typeof part === 'string') && isObject(metadata)
  )
}

type Fields = Record<string, unknown>
/** What is meant; undefined: nothing that could be told. */
type Reading = (value: unknown) => unknown

const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
const list = (value: unknown) => {
  const isText = (item: unknown) => text(item) !== undefined
  if (Array.isArray(value)) return value.every(isText) ? value : value.filter(isText)
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
/** What is known to be locked stays so, whatever the reason is called; a word that a tap of old has there says nothing. */
const access: Reading = (value) => {
  if (!isObject(value) || typeof value['reason'] !== 'string') return undefined
  return streamAccess.safeParse(value).success ? value : { reason: 'not_permitted' }
}
const word: Reading = (value) => text(value)?.trim().toLowerCase()

const readingsOf = (readings: Record<string, Reading>) => new Map(Object.entries(readings))

const metadataKeys = readingsOf({
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
})

/** What singer-python reads beside the metadata, with the key of the metadata that says the same, and what we do. */
const ownKeys = readingsOf({
  key_properties: list,
  replication_method: method,
  replication_key: text,
  database_name: text,
  is_view: flag,
  row_count: count,
  access,
})
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

/** Of the stream itself. */
function isOwn(entry: unknown): entry is Fields {
  return isObject(entry) && Array.isArray(entry['breadcrumb']) && entry['breadcrumb'].length === 0
}

/** The metadata has the last word; where it is silent, the old fields speak. */
function withLegacy(owns: unknown[], legacy: Fields): unknown[] {
  const [own = { breadcrumb: [], metadata: {} }, ...more] = owns
  if (!isObject(own) || !isObject(own['metadata'])) return owns
  const known = own['metadata']
  const added = Object.entries(sameAs).filter(([old, key]) => !(key in known) && legacy[old] !== undefined)
  if (owns.length > 0 && added.length === 0) return owns
  const spoken = added.map(([old, key]) => [key, legacy[old]])
  return [{ ...own, metadata: { ...known, ...Object.fromEntries(spoken) } }, ...more]
}

/** These keys as they are meant, without those that mean nothing; all others as they came. */
function readKeys(fields: Fields, readings: ReadonlyMap<string, Reading>): Fields {
  const meant = new Map<string, unknown>()
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    const read = readings.get(key)?.(value)
    if (read !== value && readings.has(key)) meant.set(key, read)
  }
  // As a rule all of it is meant as it is written.
  if (meant.size === 0) return fields
  const read = Object.entries(fields).map(([key, value]) => [key, meant.has(key) ? meant.get(key) : value])
  return Object.fromEntries(read.filter(([, value]) => value !== undefined))
}

function withoutNulls(fields: Fields): Fields {
  if (!Object.values(fields).includes(null)) return fields
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
