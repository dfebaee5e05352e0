import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'

/**
 * How the metadata of a stream lies in its column: a JSON array whose first entry is the stream's own and
 * ends its line. A list reads the head of the text and never parses the fields.
 */
interface OwnEntry extends MetadataEntry {
  /** What else the catalog says of the stream and has no column: `table_name`, `stream_alias`, … */
  rest?: Record<string, unknown>
  /** Where older rows have it. */
  table_name?: string | undefined
}

/** Characters of the column that a list reads; longer heads are read again, whole. */
export const headLength = 4_000

/** What of a stream has columns of its own. */
const columns = new Set(['tap_stream_id', 'stream', 'schema', 'metadata'])

/**
 * The column's text, of the stream's own metadata and the text of its fields; `lasting` is the same without the number of
 * rows, which is no part of the structure.
 */
export function writeMetadata(
  stream: DiscoveredStream,
  ownMetadata: Record<string, unknown>,
  fields: string,
): { metadata: string; lasting: string } {
  const rest = Object.fromEntries(Object.entries(stream).filter(([key]) => !columns.has(key)))
  const written = (metadata: Record<string, unknown>) =>
    JSON.stringify({ breadcrumb: [], metadata, rest } satisfies OwnEntry)
  const whole = written(ownMetadata)
  const { 'row-count': rowCount, ...lasting } = ownMetadata
  return {
    metadata: `[${whole}\n${fields === '[]' ? '' : ','}${fields.slice(1)}`,
    lasting: `${rowCount === undefined ? whole : written(lasting)}\n${fields}`,
  }
}

/** All entries, the stream's own first. */
export function readMetadata(text: string): MetadataEntry[] {
  const [own, ...fields] = JSON.parse(text) as [OwnEntry, ...MetadataEntry[]]
  return [{ breadcrumb: own.breadcrumb, metadata: own.metadata }, ...fields]
}

export function readRowCount(count: unknown): number | null {
  return typeof count === 'number' && count >= 0 ? Math.round(count) : null
}

/** The stream's own metadata with the number of rows that it has now: the text has the number that was found with it. */
export function withRowCount(
  metadata: Record<string, unknown>,
  rowCount: number | null,
): Record<string, unknown> {
  const { 'row-count': before, ...others } = metadata
  if (readRowCount(before) === rowCount) return metadata
  return rowCount === null ? others : { ...metadata, 'row-count': rowCount }
}

/** The stream's own entry, from the column or its head; null when the head ends too early. */
export function readOwnEntry(head: string): OwnEntry | null {
  const end = head.indexOf('\n')
  return end === -1 ? null : (JSON.parse(head.slice(1, end)) as OwnEntry)
}

/** What discovery says of the stream itself. */
export function ownMetadata(entries: readonly MetadataEntry[]): Record<string, unknown> {
  const own = entries.filter(({ breadcrumb }) => breadcrumb.length === 0)
  // As a rule there is one, and nothing to join.
  const [only] = own
  if (only && own.length === 1) return only.metadata
  return Object.fromEntries(own.flatMap(({ metadata }) => Object.entries(metadata)))
}
