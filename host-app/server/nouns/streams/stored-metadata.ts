import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'

/**
 * What discovery says of a stream itself, as it lies in a column of its own: the entry of its metadata, and what else the
 * catalog says of it. A list reads this and never the fields.
 */
interface OwnEntry extends MetadataEntry {
  /** What else the catalog says of the stream and has no column: `table_name`, `stream_alias`, … */
  rest?: Record<string, unknown>
  /** Where older rows have it. */
  table_name?: string | undefined
}

/** What of a stream has columns of its own. */
const columns = new Set(['tap_stream_id', 'stream', 'schema', 'metadata', 'access'])

/** The column's text; `lasting` is the same without the number of rows, which is no part of the structure. */
export function writeOwnEntry(
  stream: DiscoveredStream,
  ownMetadata: Record<string, unknown>,
): { own_entry: string; lasting: string } {
  const rest = Object.fromEntries(Object.entries(stream).filter(([key]) => !columns.has(key)))
  const written = (metadata: Record<string, unknown>) =>
    JSON.stringify({ breadcrumb: [], metadata, rest } satisfies OwnEntry)
  const whole = written(ownMetadata)
  const { 'row-count': rowCount, ...lasting } = ownMetadata
  return { own_entry: whole, lasting: rowCount === undefined ? whole : written(lasting) }
}

export function readOwnEntry(text: string): OwnEntry {
  return JSON.parse(text) as OwnEntry
}

/** All entries, the stream's own first. */
export function readMetadata(row: { own_entry: string; fields: string }): MetadataEntry[] {
  const { breadcrumb, metadata } = readOwnEntry(row.own_entry)
  return [{ breadcrumb, metadata }, ...(JSON.parse(row.fields) as MetadataEntry[])]
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

/** What discovery says of the stream itself. */
export function ownMetadata(entries: readonly MetadataEntry[]): Record<string, unknown> {
  const own = entries.filter(({ breadcrumb }) => breadcrumb.length === 0)
  // As a rule there is one, and nothing to join.
  const [only] = own
  if (only && own.length === 1) return only.metadata
  return Object.fromEntries(own.flatMap(({ metadata }) => Object.entries(metadata)))
}
