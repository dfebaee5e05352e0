import type { Kysely } from 'kysely'
import {
  writableMetadataKeys,
  type CatalogStream,
  type DiscoveredStream,
  type MetadataEntry,
} from '@bobbin/shared/catalog'
import type { Tables } from '../../store/tables.ts'
import { wholeStreams } from './made-streams.ts'
import { readSchema } from './selection-queries.ts'
import { portionsOfStreams } from './stream-portions.ts'
import { withAccess } from './stream-access.ts'
import { streamsWithIds } from './streams-by-id.ts'
import { choiceInForce, includedFields, readChoice, type StreamChoice } from './stream-choice.ts'
import { describeStream, type StreamDescription } from './stream-description.ts'
import { readMetadata, readOwnEntry, withRowCount } from './stored-metadata.ts'

/**
 * The streams of the Singer catalog as a tap takes them, in the order of discovery, some at a time. Taps differ in
 * what they make of a field without `selected`, so it is written on every available field of a selected stream.
 */
export async function* findCatalog(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): AsyncGenerator<CatalogStream[]> {
  for await (const ids of portionsOfStreams(db, accountId, sourceId)) {
    const rows = await wholeStreams(streamsWithIds(db, accountId, sourceId, ids))
      .where('removed_at', 'is', null)
      .execute()
    const byId = new Map(rows.map((row) => [row.id, row]))
    yield ids.flatMap((id) => byId.get(id) ?? []).map(catalogEntry)
  }
}

type StreamRow = Parameters<typeof readChoice>[0] & {
  tap_stream_id: string
  stream_name: string
  row_count: number | null
  schema: string
  fields: string
  own_entry: string
  access: string | null
}

function catalogEntry(row: StreamRow): CatalogStream {
  const choice = choiceInForce(readChoice(row), row.access)
  const [own, ...fields] = readMetadata(row)
  const discovered = withRowCount(own?.metadata ?? {}, row.row_count)
  const isSelected = choice.selected === true
  const ownEntry: MetadataEntry = {
    breadcrumb: [],
    metadata: { ...withAccess(withChoice(discovered, choice), row.access), selected: isSelected },
  }
  const metadata = [ownEntry, ...fields]
  const schema = readSchema(row.schema)
  const description = describeStream({ schema, metadata })
  const included = isSelected ? includedFields(description, choice) : new Set<string>()
  const { rest, table_name: tableName } = readOwnEntry(row.own_entry)
  return {
    ...(tableName === undefined ? {} : { table_name: tableName }),
    ...withLegacyFields(rest ?? {}, discovered, choice),
    tap_stream_id: row.tap_stream_id,
    stream: row.stream_name,
    schema: withoutOldSelection(schema, isSelected, included),
    metadata: isSelected ? withSelection(description, metadata, included) : metadata,
  }
}

/** What singer-python reads beside the metadata. The choice rules over what discovery wrote there. */
function withLegacyFields(
  rest: Record<string, unknown>,
  discovered: Record<string, unknown>,
  choice: StreamChoice,
): Record<string, unknown> {
  const { 'table-key-properties': tableKeys, 'database-name': database } = discovered
  const { 'is-view': isView, 'row-count': rowCount } = discovered
  const keys = choice.viewKeys.length > 0 ? [...choice.viewKeys] : tableKeys
  const { method, replicationKey: key } = choice
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'replication_key')),
    ...(Array.isArray(keys) ? { key_properties: keys } : {}),
    ...(method === null ? {} : { replication_method: method }),
    ...(key === null ? {} : { replication_key: key }),
    ...(typeof database === 'string' ? { database_name: database } : {}),
    ...(typeof isView === 'boolean' ? { is_view: isView } : {}),
    ...(typeof rowCount === 'number' ? { row_count: rowCount } : {}),
  }
}

type StreamSchemaObject = DiscoveredStream['schema']

/** Old catalogs select inside the schema, and taps still heed it: there it says the same, or nothing. */
function withoutOldSelection(
  schema: StreamSchemaObject,
  isSelected: boolean,
  included: ReadonlySet<string>,
): StreamSchemaObject {
  const properties = Object.entries(schema.properties).map(([name, inner]): [string, unknown] => {
    const isOld = typeof inner === 'object' && inner !== null && 'selected' in inner
    return [name, isOld ? { ...inner, selected: included.has(name) } : inner]
  })
  const own = Object.hasOwn(schema, 'selected') ? { selected: isSelected } : {}
  return { ...schema, ...own, properties: Object.fromEntries(properties) }
}

/**
 * `selected` on each available field; a field without an entry gets one. What lies deeper comes with its
 * field, unless the connector leaves it out by default: there is no choice about it.
 */
function withSelection(
  { fields }: StreamDescription,
  metadata: MetadataEntry[],
  included: ReadonlySet<string>,
): MetadataEntry[] {
  const available = new Set(
    fields.filter(({ inclusion }) => inclusion === 'available').map(({ name }) => name),
  )
  const missing = new Set(available)
  const written = metadata.map((entry): MetadataEntry => {
    const [root, name, ...deeper] = entry.breadcrumb
    if (root !== 'properties' || name === undefined) return entry
    const { inclusion, 'selected-by-default': byDefault } = entry.metadata
    const isDeep = deeper.length > 0
    if (isDeep ? inclusion !== 'available' : !available.has(name)) return entry
    if (!isDeep) missing.delete(name)
    const selected = included.has(name) && !(isDeep && byDefault === false)
    return { breadcrumb: entry.breadcrumb, metadata: { ...entry.metadata, selected } }
  })
  for (const name of missing) {
    written.push({ breadcrumb: ['properties', name], metadata: { selected: included.has(name) } })
  }
  return written
}

/**
 * A stream's own metadata with the choice in Singer's words. What a tap wrote of a choice there is where ours
 * began, and nothing of it is left.
 */
export function withChoice(
  discovered: Record<string, unknown>,
  choice: StreamChoice,
): Record<string, unknown> {
  const written: ReadonlySet<string> = new Set(writableMetadataKeys)
  return {
    ...Object.fromEntries(Object.entries(discovered).filter(([key]) => !written.has(key))),
    selected: choice.selected,
    ...(choice.method === null ? {} : { 'replication-method': choice.method }),
    ...(choice.replicationKey === null ? {} : { 'replication-key': choice.replicationKey }),
    ...(choice.viewKeys.length === 0 ? {} : { 'view-key-properties': [...choice.viewKeys] }),
  }
}
