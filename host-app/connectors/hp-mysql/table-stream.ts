import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import { createRepeatedTexts } from '@bobbin/shared/repeated-texts'
import type { TableRow } from './catalog-queries.ts'
import { columnSchema, type ColumnSchema } from './column-schema.ts'
import { readShape, type ColumnShape } from './column-shape.ts'

/** What a table's columns come to. */
interface TableMake {
  readonly key: string[]
  readonly replicationKeys: string[]
  readonly schema: DiscoveredStream['schema']
  readonly fields: MetadataEntry[]
}

interface DescribedColumn {
  readonly name: string
  readonly shape: ColumnShape
  readonly described: ColumnSchema
}

/** Characters of descriptions that are kept in mind. */
const mostCharacters = 2_000_000

interface StreamOptions {
  /** Whether tables can be read from the binary log. */
  readonly isLogReady: boolean
  /** Database and table joined by a hyphen, where two tables have that in common. */
  readonly ambiguous: ReadonlySet<string>
}

export type TableStreams = (table: TableRow) => DiscoveredStream

/**
 * Makes the Singer streams of tables. Those with the same columns and the same key share what these come to, from the
 * second on; their schema is frozen then: it can be relied on not to change.
 */
export function createTableStreams({ isLogReady, ambiguous }: StreamOptions): TableStreams {
  const makes = createRepeatedTexts<TableMake>(mostCharacters, (made) => {
    Object.freeze(made.schema)
    return made
  })
  return (table) => {
    const { database, name } = table
    const indexes = [...table.uniqueKeys].map(([name, columns]) => [name, ...columns].join('\0'))
    const columns = table.columns.map(({ name, shape }) => `${name}\0${shape}`)
    const text = [...indexes, '', ...columns].join('\0\0')
    const { key, replicationKeys, schema, fields } = makes(text, () => describeTable(table))
    const own: MetadataEntry = {
      breadcrumb: [],
      metadata: {
        'database-name': database,
        'is-view': table.isView,
        'row-count': table.rowCount,
        'table-key-properties': key,
        'valid-replication-keys': replicationKeys,
        'selected-by-default': false,
        ...(isLogReady &&
          !table.isView && { 'valid-replication-methods': ['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED'] }),
      },
    }
    return {
      tap_stream_id: tapStreamId(database, name, ambiguous.has(`${database}-${name}`)),
      stream: name,
      table_name: name,
      schema,
      metadata: [own, ...fields],
    }
  }
}

/**
 * Database and table joined by a hyphen, as Singer's tap does. Where two tables would share the result (database `a-b`
 * with table `c`, database `a` with table `b-c`) each of them gets its database in quotes. A database that begins with a
 * quote is always quoted, so that nothing else looks like one.
 */
function tapStreamId(database: string, table: string, isAmbiguous: boolean): string {
  const isQuoted = isAmbiguous || database.startsWith('`')
  return `${isQuoted ? `\`${database.replaceAll('`', '``')}\`` : database}-${table}`
}

/** Whether there is a column of which a record can be made. */
export function canBeRead(table: TableRow): boolean {
  return table.columns.some(({ shape }) => readShape(shape).mayRead)
}

function describeTable(table: TableRow): TableMake {
  const columns = table.columns.map(({ name, shape: text }) => {
    const shape = readShape(text)
    return { name, shape, described: columnSchema(shape) }
  })
  const key = keyOf(table, columns)
  const properties: Record<string, unknown> = {}
  const fields: MetadataEntry[] = []
  const replicationKeys: string[] = []
  for (const { name, shape, described } of columns) {
    define(properties, name, described.isSupported ? described.schema : {})
    if (described.isSupported && described.canBeReplicationKey) replicationKeys.push(name)
    fields.push({
      breadcrumb: ['properties', name],
      metadata: fieldMetadata(described, shape, key.includes(name)),
    })
  }
  return { key, replicationKeys, schema: { type: 'object', properties }, fields }
}

/**
 * The primary key, or the unique one without nulls that the server takes for it. One of which a part cannot be read is
 * no key.
 */
function keyOf({ uniqueKeys }: TableRow, columns: readonly DescribedColumn[]): string[] {
  const usable = new Map(columns.map((column) => [column.name, column]))
  const parts = (key: readonly (string | null)[]) => key.map((name) => usable.get(name ?? ''))
  const isOfServer = (key: readonly (string | null)[]) => parts(key).every((column) => column?.shape.isKey)
  const key = uniqueKeys.get('PRIMARY') ?? [...uniqueKeys.values()].find(isOfServer) ?? []
  const columnsOfKey = parts(key)
  return columnsOfKey.every((column) => column?.described.isSupported)
    ? columnsOfKey.map((column) => column?.name ?? '')
    : []
}

function fieldMetadata(
  described: ColumnSchema,
  { columnType, dataType, isInvisible }: ColumnShape,
  isKey: boolean,
): Record<string, unknown> {
  const common = {
    'sql-datatype': columnType,
    datatype: dataType,
    'selected-by-default': described.isSupported && !isInvisible,
  }
  if (!described.isSupported) {
    return { ...common, inclusion: 'unsupported', 'unsupported-description': described.reason }
  }
  return { ...common, inclusion: isKey ? 'automatic' : 'available' }
}

/** A column named `__proto__` is a column like any other. */
function define(properties: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(properties, name, { value, enumerable: true, writable: true, configurable: true })
}
