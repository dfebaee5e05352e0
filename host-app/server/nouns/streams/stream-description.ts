import {
  replicationMethods,
  type DiscoveredStream,
  type Inclusion,
  type MetadataEntry,
  type ReplicationMethod,
  type StreamAccess,
} from '@bobbin/shared/catalog'
import { ownMetadata, readRowCount } from './stored-metadata.ts'

/** A field as discovery found it. */
export interface FieldDescription {
  name: string
  /** In words: the SQL type, or the JSON type. */
  type: string
  inclusion: Inclusion
  /** null: the connector has no opinion. */
  selectedByDefault: boolean | null
  /** Why it cannot be had. */
  reason: string | null
  isKey: boolean
  canBeReplicationKey: boolean
}

/** A stream as discovery found it, read out of schema and metadata. */
export interface StreamDescription {
  fields: readonly FieldDescription[]
  forcedMethod: ReplicationMethod | null
  /** What may be chosen; the log only where the connector says so. */
  offeredMethods: readonly ReplicationMethod[]
  /** null: the connector gives none, so the types decide. */
  givenReplicationKeys: readonly string[] | null
  /** What the connector itself replicates by, unless somebody chooses. */
  givenMethod: ReplicationMethod | null
  givenReplicationKey: string | null
  keyProperties: readonly string[]
  /** The keys of a view that the connector knows. */
  ownViewKeys: readonly string[]
  isView: boolean
  /** Whether it lies in a database rather than behind an API. */
  isTable: boolean
  rowCount: number | null
  /** Why it cannot be read; null: it can. */
  access: StreamAccess | null
  /** By field: the fields that cannot be combined with it. Each pair is there in both directions. */
  exclusions: ReadonlyMap<string, ReadonlySet<string>>
}

export function describeStream(
  stream: Pick<DiscoveredStream, 'schema' | 'metadata' | 'access'>,
): StreamDescription {
  const own = ownMetadata(stream.metadata)
  const keyProperties = textList(own['table-key-properties']) ?? []
  const givenReplicationKeys = textList(own['valid-replication-keys'])
  const metadata = fieldMetadata(stream.metadata)
  const givenKey = own['replication-key']
  const forcedMethod = readMethod(own['forced-replication-method'])
  return {
    fields: Object.entries(stream.schema.properties).map(([name, schema]) =>
      describeField(
        name,
        resolveReference(schema, stream.schema),
        metadata.get(name) ?? {},
        keyProperties,
        givenReplicationKeys,
      ),
    ),
    forcedMethod,
    offeredMethods: forcedMethod ? [forcedMethod] : readOfferedMethods(own),
    givenReplicationKeys,
    givenMethod: readMethod(own['replication-method']),
    givenReplicationKey: typeof givenKey === 'string' ? givenKey : null,
    keyProperties,
    ownViewKeys: textList(own['view-key-properties']) ?? keyProperties,
    isView: own['is-view'] === true,
    isTable:
      ['schema-name', 'database-name', 'is-view'].some((key) => key in own) ||
      [...metadata.values()].some((field) => 'sql-datatype' in field),
    rowCount: readRowCount(own['row-count']),
    access: stream.access ?? null,
    exclusions: readExclusions(metadata),
  }
}

/** Some taps wrap a method with their reason: `{ "replication-method": …, "reason": … }`. */
function readMethod(given: unknown): ReplicationMethod | null {
  const isWrapped = typeof given === 'object' && given !== null && 'replication-method' in given
  const word = isWrapped ? given['replication-method'] : given
  return replicationMethods.find((method) => method === word) ?? null
}

/** Singer has no word for "can be read from the log": a connector lists it, or makes it the method itself. */
function readOfferedMethods(own: Record<string, unknown>): ReplicationMethod[] {
  const listed = textList(own['valid-replication-methods']) ?? ['FULL_TABLE', 'INCREMENTAL']
  const isView = own['is-view'] === true
  const offered = replicationMethods.filter((method) =>
    method === 'LOG_BASED'
      ? !isView && (listed.includes(method) || own['replication-method'] === method)
      : listed.includes(method),
  )
  // Where nothing that is listed can be had, everything can.
  return offered.length > 0 ? offered : ['FULL_TABLE']
}

/** `fieldExclusions` lists breadcrumbs; what one field says of another holds for both. */
function readExclusions(
  metadata: ReadonlyMap<string, Record<string, unknown>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const exclusions = new Map<string, Set<string>>()
  const exclude = (name: string, other: string) => {
    exclusions.set(name, (exclusions.get(name) ?? new Set()).add(other))
  }
  for (const [name, { fieldExclusions }] of metadata) {
    for (const breadcrumb of Array.isArray(fieldExclusions) ? fieldExclusions : []) {
      const other: unknown = Array.isArray(breadcrumb) ? breadcrumb[1] : breadcrumb
      if (typeof other !== 'string' || other === name) continue
      exclude(name, other)
      exclude(other, name)
    }
  }
  return exclusions
}

function describeField(
  name: string,
  schema: unknown,
  metadata: Record<string, unknown>,
  keyProperties: readonly string[],
  givenReplicationKeys: readonly string[] | null,
): FieldDescription {
  const { inclusion: given, 'selected-by-default': byDefault, 'sql-datatype': sqlType } = metadata
  const isKey = keyProperties.includes(name)
  const inclusion =
    given === 'automatic' || given === 'unsupported' || given === 'available'
      ? given
      : isKey
        ? 'automatic'
        : 'available'
  const type = jsonType(schema)
  const reason = metadata['unsupported-description']
  return {
    name,
    type: typeof sqlType === 'string' ? sqlType : type,
    inclusion,
    selectedByDefault: typeof byDefault === 'boolean' ? byDefault : null,
    reason: inclusion === 'unsupported' && typeof reason === 'string' ? reason : null,
    isKey,
    canBeReplicationKey:
      inclusion !== 'unsupported' &&
      (givenReplicationKeys?.includes(name) ?? (orderedTypes.has(type) || isTimestamp(sqlType))),
  }
}

const orderedTypes = new Set(['integer', 'date-time'])

function isTimestamp(sqlType: unknown): boolean {
  return typeof sqlType === 'string' && /^(timestamp|datetime)/i.test(sqlType)
}

/** A field's schema may point at one of the stream's `definitions`. */
function resolveReference(schema: unknown, root: DiscoveredStream['schema']): unknown {
  let resolved = schema
  // A definition that points on and on ends here.
  for (let steps = 0; steps < 8; steps += 1) {
    if (typeof resolved !== 'object' || resolved === null || !('$ref' in resolved)) return resolved
    const [, place, name] = /^#\/(definitions|\$defs)\/([^/]+)$/.exec(String(resolved.$ref)) ?? []
    const definitions = place === undefined ? undefined : root[place]
    if (name === undefined || typeof definitions !== 'object' || definitions === null) return null
    resolved = Object.hasOwn(definitions, name) ? (definitions as Record<string, unknown>)[name] : null
  }
  return null
}

/** `date-time` for texts that are one; the first type that is not null for the rest. */
function jsonType(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'any'
  if ('format' in schema && schema.format === 'date-time') return 'date-time'
  if ('type' in schema) {
    const types = textList(Array.isArray(schema.type) ? schema.type : [schema.type]) ?? []
    return types.find((type) => type !== 'null') ?? 'any'
  }
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) {
    const types = schema.anyOf.map(jsonType)
    return types.find((type) => type === 'date-time') ?? types.find((type) => type !== 'null') ?? 'any'
  }
  return 'any'
}

function fieldMetadata(entries: readonly MetadataEntry[]): Map<string, Record<string, unknown>> {
  const byName = new Map<string, Record<string, unknown>>()
  for (const { breadcrumb, metadata } of entries) {
    const [root, name, ...deeper] = breadcrumb
    if (root !== 'properties' || name === undefined || deeper.length > 0) continue
    byName.set(name, { ...byName.get(name), ...metadata })
  }
  return byName
}

function textList(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null
}
