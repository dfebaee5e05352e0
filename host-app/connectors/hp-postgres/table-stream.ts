import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { ColumnRow, TableRow } from './catalog-queries.ts'
import { columnSchema } from './column-schema.ts'

/** The Singer stream of a table. */
export function tableStream(
  dbname: string,
  table: TableRow,
  columns: readonly ColumnRow[],
): DiscoveredStream {
  const described = columns.map((column) => ({ column, result: columnSchema(column) }))
  const readable = described.filter(({ result }) => result.isSupported).map(({ column }) => column)
  const keyColumns = table.key.map((number) => readable.find((column) => column.number === number))
  // A key of which a part cannot be read is no key.
  const key = keyColumns.every((column) => column !== undefined) ? keyColumns.map(({ name }) => name) : []

  const properties: [string, unknown][] = []
  const fields: MetadataEntry[] = []
  const replicationKeys: string[] = []
  for (const { column, result } of described) {
    properties.push([column.name, result.isSupported ? result.schema : {}])
    if (result.isSupported && result.canBeReplicationKey) replicationKeys.push(column.name)
    fields.push({
      breadcrumb: ['properties', column.name],
      metadata: {
        'sql-datatype': column.sql_type,
        'selected-by-default': result.isSupported,
        ...(result.isSupported
          ? { inclusion: key.includes(column.name) ? 'automatic' : 'available' }
          : { inclusion: 'unsupported', 'unsupported-description': result.reason }),
      },
    })
  }

  const stream: MetadataEntry = {
    breadcrumb: [],
    metadata: {
      'database-name': dbname,
      'schema-name': table.schema_name,
      'is-view': table.kind === 'v' || table.kind === 'm',
      'row-count': table.row_count === null ? null : Number(table.row_count),
      'table-key-properties': key,
      'valid-replication-keys': replicationKeys,
      'selected-by-default': false,
    },
  }
  return {
    tap_stream_id: tapStreamId(dbname, table),
    stream: table.table_name,
    table_name: table.table_name,
    // `fromEntries` defines properties, so a column named __proto__ is a column like any other.
    schema: { type: 'object', properties: Object.fromEntries(properties) },
    metadata: [stream, ...fields],
  }
}

/**
 * Database, schema and table joined by hyphens, as Singer's tap does. Where two tables would share the
 * result (schema `a-b` with table `c`, schema `a` with table `b-c`) each of them gets its schema in SQL
 * quotes. A schema that begins with a quote is always quoted, so that nothing else looks like one.
 */
export function tapStreamId(
  dbname: string,
  table: Pick<TableRow, 'schema_name' | 'table_name' | 'is_ambiguous'>,
): string {
  const { schema_name: schema, table_name: name } = table
  const isQuoted = table.is_ambiguous || schema.startsWith('"')
  return `${dbname}-${isQuoted ? `"${schema.replaceAll('"', '""')}"` : schema}-${name}`
}
