import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import { createRepeatedTexts } from '@bobbin/shared/repeated-texts'
import type { ColumnRow } from './catalog-queries.ts'
import { columnSchema } from './column-schema.ts'
import type { ColumnShape } from './column-shapes.ts'

/** What a table's columns come to. */
interface TableMake {
  key: string[]
  replicationKeys: string[]
  schema: DiscoveredStream['schema']
  fields: MetadataEntry[]
}

/** Characters of descriptions that are kept in mind. */
const mostCharacters = 2_000_000

/**
 * What the columns of tables come to: for tables with the same columns and the same key the very same objects, from the
 * second on. Their schema is frozen then: it can be relied on not to change.
 */
export function createTableMakes(): (key: readonly number[], columns: readonly ColumnRow[]) => TableMake {
  const makes = createRepeatedTexts<TableMake>(mostCharacters, (made) => {
    Object.freeze(made.schema)
    return made
  })
  return (key, columns) => {
    let text = key.join()
    for (const { number, name, shape } of columns) text += `\0${number} ${shape.text} ${name}`
    return makes(text, () => describeTable(key, columns))
  }
}

function describeTable(keyNumbers: readonly number[], columns: readonly ColumnRow[]): TableMake {
  const keyColumns = keyNumbers.map((number) =>
    columns.find((column) => column.number === number && describe(column.shape).canBeKey),
  )
  // A key of which a part cannot be read is no key.
  const key = keyColumns.every((column) => column !== undefined) ? keyColumns.map(({ name }) => name) : []

  const properties: Record<string, unknown> = {}
  const fields: MetadataEntry[] = []
  const replicationKeys: string[] = []
  for (const { name, shape } of columns) {
    const { schema, canBeReplicationKey, metadata, keyMetadata } = describe(shape)
    define(properties, name, schema)
    if (canBeReplicationKey) replicationKeys.push(name)
    fields.push({ breadcrumb: ['properties', name], metadata: key.includes(name) ? keyMetadata : metadata })
  }
  return { key, replicationKeys, schema: { type: 'object', properties }, fields }
}

/** What all columns of a shape have in common. */
interface ColumnFacts {
  schema: Record<string, unknown>
  canBeKey: boolean
  canBeReplicationKey: boolean
  metadata: Record<string, unknown>
  /** Where it is part of the table's key. */
  keyMetadata: Record<string, unknown>
}

const described = new WeakMap<ColumnShape, ColumnFacts>()

function describe(shape: ColumnShape): ColumnFacts {
  const known = described.get(shape)
  if (known) return known
  const result = columnSchema(shape)
  const common = { 'sql-datatype': shape.sql_type, 'selected-by-default': result.isSupported }
  const metadata = result.isSupported
    ? { ...common, inclusion: 'available' }
    : { ...common, inclusion: 'unsupported', 'unsupported-description': result.reason }
  const facts: ColumnFacts = {
    schema: result.isSupported ? result.schema : {},
    canBeKey: result.isSupported,
    canBeReplicationKey: result.isSupported && result.canBeReplicationKey,
    metadata,
    keyMetadata: { ...common, inclusion: 'automatic' },
  }
  described.set(shape, facts)
  return facts
}

/** A column named `__proto__` is a column like any other. */
function define(properties: Record<string, unknown>, name: string, schema: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(properties, name, {
      value: schema,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  } else properties[name] = schema
}
