import {
  replicationMethods,
  type DiscoveredStream,
  type Inclusion,
  type MetadataEntry,
  type ReplicationMethod,
} from '@bobbin/shared/catalog'
import { ownMetadata } from './stored-metadata.ts'

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
  /** null: the connector gives none, so the types decide. */
  givenReplicationKeys: readonly string[] | null
  keyProperties: readonly string[]
  isView: boolean
  rowCount: number | null
}

export function describeStream(stream: Pick<DiscoveredStream, 'schema' | 'metadata'>): StreamDescription {
  const own = ownMetadata(stream.metadata)
  const keyProperties = textList(own['table-key-properties']) ?? []
  const givenReplicationKeys = textList(own['valid-replication-keys'])
  const metadata = fieldMetadata(stream.metadata)
  const rowCount = own['row-count']
  return {
    fields: Object.entries(stream.schema.properties).map(([name, schema]) =>
      describeField(name, schema, metadata.get(name) ?? {}, keyProperties, givenReplicationKeys),
    ),
    forcedMethod: replicationMethods.find((method) => method === own['forced-replication-method']) ?? null,
    givenReplicationKeys,
    keyProperties,
    isView: own['is-view'] === true,
    rowCount: typeof rowCount === 'number' && rowCount >= 0 ? Math.round(rowCount) : null,
  }
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
      inclusion !== 'unsupported' && (givenReplicationKeys?.includes(name) ?? orderedTypes.has(type)),
  }
}

const orderedTypes = new Set(['integer', 'number', 'date-time'])

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
