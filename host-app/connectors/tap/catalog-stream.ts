import {
  discoveredStream,
  replicationMethods,
  type DiscoveredStream,
  type MetadataEntry,
} from '@bobbin/shared/catalog'

type Fields = Readonly<Record<string, unknown>>

/**
 * A stream of a tap's catalog in the form that ours has: metadata of the stream and of each of its fields, whatever the
 * tap left out, wrote where it stood years ago, or wrote though it is for users to say. null: it is no stream.
 */
export function readCatalogStream(text: string): DiscoveredStream | null {
  const found = parsed(text)
  if (!isObject(found) || !isObject(found['schema'])) return null
  const {
    tap_stream_id: id = found['stream'],
    stream = id,
    schema: givenSchema,
    metadata: given,
    ...rest
  } = found
  const entries = Array.isArray(given) ? given.flatMap(readEntry) : []
  const { selected, ...schema } = givenSchema
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const names = Object.keys(properties)
  const own = ownMetadata(entries, rest, names, selected)
  const key = new Set(own['table-key-properties'] as string[])
  const byField = new Map(
    entries.flatMap(({ breadcrumb, metadata }): [string, Fields][] =>
      breadcrumb.length === 2 && breadcrumb[0] === 'properties' ? [[breadcrumb[1] ?? '', metadata]] : [],
    ),
  )
  const deeper = entries.filter(
    ({ breadcrumb }) =>
      breadcrumb.length > 2 && breadcrumb[0] === 'properties' && names.includes(breadcrumb[1] ?? ''),
  )
  const fields = names.map((name): MetadataEntry => ({
    breadcrumb: ['properties', name],
    metadata: fieldMetadata(byField.get(name) ?? {}, properties[name], key.has(name)),
  }))
  const stream_ = {
    // What is ours to say is not the tap's.
    ...withoutNulls(without(rest, ['access'])),
    tap_stream_id: id,
    stream,
    schema: { ...schema, properties: withoutSelected(properties) },
    metadata: [{ breadcrumb: [], metadata: own }, ...fields, ...deeper],
  }
  return discoveredStream.safeParse(stream_).success ? (stream_ as DiscoveredStream) : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function readEntry(entry: unknown): MetadataEntry[] {
  if (!isObject(entry) || !isObject(entry['metadata'])) return []
  const { breadcrumb = [], metadata } = entry
  const isPath = Array.isArray(breadcrumb) && breadcrumb.every((part) => typeof part === 'string')
  return isPath ? [{ breadcrumb, metadata: chosenByDefault(metadata) }] : []
}

/** What a tap selects in its discovery is what it would have selected by default: the choice is the user's. */
function chosenByDefault({ selected, ...metadata }: Fields): Record<string, unknown> {
  return typeof selected === 'boolean' ? { 'selected-by-default': selected, ...metadata } : { ...metadata }
}

/** Of the stream; what is said beside the metadata counts where the metadata is silent. */
function ownMetadata(
  entries: readonly MetadataEntry[],
  legacy: Fields,
  names: readonly string[],
  selected: unknown,
): Record<string, unknown> {
  const own = entries.filter(({ breadcrumb }) => breadcrumb.length === 0)
  const said: Record<string, unknown> = Object.assign({}, ...own.map(({ metadata }) => metadata))
  const known = new Set(names)
  const namesIn = (value: unknown) =>
    (Array.isArray(value) ? value : typeof value === 'string' ? [value] : []).filter(
      (name): name is string => typeof name === 'string' && known.has(name),
    )
  const replicationKeys = said['valid-replication-keys']
  const forced = methodOf(said['forced-replication-method'])
  return {
    ...(typeof selected === 'boolean' && { 'selected-by-default': selected }),
    ...without(said, ['forced-replication-method', 'valid-replication-keys']),
    'table-key-properties': namesIn(said['table-key-properties'] ?? legacy['key_properties']),
    ...(replicationKeys !== undefined && { 'valid-replication-keys': namesIn(replicationKeys) }),
    ...(replicationKeys === undefined &&
      namesIn(legacy['replication_key']).length > 0 && {
        'valid-replication-keys': namesIn(legacy['replication_key']),
      }),
    ...(forced !== undefined && { 'forced-replication-method': forced }),
  }
}

function methodOf(value: unknown): string | undefined {
  const meant =
    typeof value === 'string'
      ? value
          .trim()
          .toUpperCase()
          .replaceAll(/[\s-]+/g, '_')
      : value
  return replicationMethods.find((method) => method === meant)
}

/** A field comes with its stream unless the tap says otherwise, as in Singer's own libraries. */
function fieldMetadata(said: Fields, schema: unknown, isKey: boolean): Record<string, unknown> {
  const legacy = isObject(schema) ? schema : {}
  const { selected } = legacy
  const inclusion = isKey
    ? 'automatic'
    : (inclusionOf(said['inclusion']) ?? inclusionOf(legacy['inclusion']) ?? 'available')
  return {
    'selected-by-default': typeof selected === 'boolean' ? selected : inclusion !== 'unsupported',
    ...said,
    inclusion,
    ...(inclusion === 'unsupported' &&
      typeof said['unsupported-description'] !== 'string' && {
        'unsupported-description': 'The tap cannot read it.',
      }),
  }
}

function inclusionOf(value: unknown): string | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value
  return ['available', 'automatic', 'unsupported'].find((one) => one === word)
}

function withoutSelected(properties: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      if (!isObject(schema) || !('selected' in schema || 'inclusion' in schema)) return [name, schema]
      return [name, without(schema, ['selected', 'inclusion'])]
    }),
  )
}

function without(fields: Fields, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)))
}

function withoutNulls(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
