import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { ColumnRow, TableRow } from './catalog-queries.ts'
import type { PostgresSettings } from './postgres-settings.ts'
import { createTableMakes } from './table-makes.ts'

/** Makes the Singer streams of tables of one database; those with the same columns share what these come to. */
export function createTableStreams({
  dbname,
  defaultMethod,
}: Pick<PostgresSettings, 'dbname' | 'defaultMethod'>): (
  table: TableRow,
  columns: readonly ColumnRow[],
) => DiscoveredStream {
  const makeOf = createTableMakes()
  return (table, columns) => {
    const { key, replicationKeys, schema, fields } = makeOf(table.key, columns)
    const own: MetadataEntry = {
      breadcrumb: [],
      metadata: {
        'database-name': dbname,
        'schema-name': table.schema_name,
        'is-view': table.kind === 'v' || table.kind === 'm',
        'row-count': table.row_count === null ? null : Number(table.row_count),
        'table-key-properties': key,
        'valid-replication-keys': replicationKeys,
        'selected-by-default': false,
        ...(defaultMethod !== null && { 'replication-method': defaultMethod }),
      },
    }
    return {
      tap_stream_id: tapStreamId(dbname, table),
      stream: table.table_name,
      table_name: table.table_name,
      schema,
      metadata: [own, ...fields],
    }
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
