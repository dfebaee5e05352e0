import type { DiscoveredStream } from '@bobbin/shared/catalog'

/** A column as the server's catalog has it, with what holds for its table. */
export interface ColumnRow {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly type: string
  readonly is_nullable: boolean
  readonly is_key: boolean
  readonly may_read: boolean
}

/** What a type of the server's is in JSON; whatever is not here is a text. */
const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  smallint: { type: 'integer' },
  integer: { type: 'integer' },
  bigint: { type: 'integer' },
  real: { type: 'number' },
  'double precision': { type: 'number' },
  numeric: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  'timestamp with time zone': { type: 'string', format: 'date-time' },
  'timestamp without time zone': { type: 'string', format: 'date-time' },
}

/** The Singer stream of a table; it has one column at least. */
export function tableStream(columns: readonly ColumnRow[]): DiscoveredStream {
  const first = columns.at(0)
  const [schema, table] = [first?.schema ?? '', first?.table ?? '']
  return {
    tap_stream_id: `${schema}-${table}`,
    stream: table,
    schema: {
      type: 'object',
      properties: Object.fromEntries(columns.map((one) => [one.column, schemaOf(one)])),
    },
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          'table-key-properties': columns.filter((one) => one.is_key).map(({ column }) => column),
          'schema-name': schema,
          'selected-by-default': false,
        },
      },
      ...columns.map(({ column, is_key: isKey }) => ({
        breadcrumb: ['properties', column],
        metadata: { inclusion: isKey ? 'automatic' : 'available', 'selected-by-default': true },
      })),
    ],
    ...(!first?.may_read && { access: { reason: 'not_permitted' as const } }),
  }
}

function schemaOf({ type, is_nullable: isNullable }: ColumnRow): Record<string, unknown> {
  const { type: kind = 'string', ...more } = kinds[type] ?? {}
  return { type: isNullable ? ['null', kind] : kind, ...more }
}
