import { isolated } from '@bobbin/shared/isolated'
import type { ColumnRow } from './catalog-queries.ts'

/** JSON Schema of a column, in Singer's manner, or why the column cannot be had. */
export type ColumnSchema =
  | { isSupported: true; schema: Record<string, unknown>; canBeReplicationKey: boolean }
  | { isSupported: false; reason: string }

type ColumnType = Omit<ColumnRow, 'table_oid' | 'number' | 'name'>
type Facts = { type: string | readonly string[] } & Record<string, unknown>

const text: Facts = { type: 'string' }
const dateTime: Facts = { type: 'string', format: 'date-time' }
const number: Facts = { type: 'number' }

/** Types that need no modifier. Dates become date-times, as taps send them. */
const knownTypes: Readonly<Record<string, Facts>> = {
  bool: { type: 'boolean' },
  int2: { type: 'integer', minimum: -32_768, maximum: 32_767 },
  int4: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 },
  // The ends of the range as far as a double holds them.
  int8: { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 },
  float4: number,
  float8: number,
  text,
  citext: text,
  name: text,
  char: { type: 'string', maxLength: 1 },
  uuid: { type: 'string', format: 'uuid' },
  date: dateTime,
  timestamp: dateTime,
  timestamptz: dateTime,
  time: { type: 'string', format: 'time' },
  timetz: { type: 'string', format: 'time' },
  // Any JSON value may be in there.
  json: { type: ['object', 'array', 'string', 'number', 'boolean'] },
  jsonb: { type: ['object', 'array', 'string', 'number', 'boolean'] },
  hstore: { type: 'object', properties: {} },
  money: text,
  inet: text,
  cidr: text,
  macaddr: text,
  macaddr8: text,
}

const replicationKeyTypes = new Set(['int2', 'int4', 'int8', 'date', 'timestamp', 'timestamptz'])

/** What a record holds for the column. Whatever may be null says so; so do the elements of arrays. */
export function columnSchema(column: ColumnType): ColumnSchema {
  if (!column.may_read) return { isSupported: false, reason: 'The user is not allowed to read this column.' }
  const { base_type: base, base_kind: kind, element_type: element, element_kind: elementKind } = column

  if (element !== null && elementKind !== null) {
    const facts = typeFacts(element, elementKind, column.modifier)
    if (!facts) return unsupported(column)
    return { isSupported: true, canBeReplicationKey: false, schema: arrayOf(facts, column) }
  }
  const facts = typeFacts(base, kind, column.modifier)
  if (!facts) return unsupported(column)
  return {
    isSupported: true,
    canBeReplicationKey: replicationKeyTypes.has(base),
    schema: column.is_not_null ? facts : nullable(facts),
  }
}

function typeFacts(name: string, kind: string, modifier: number): Facts | null {
  if (kind === 'e') return text
  if (kind !== 'b') return null
  switch (name) {
    case 'varchar':
    case 'bpchar':
      // The modifier counts four bytes of header.
      return modifier > 4 ? { type: 'string', maxLength: modifier - 4 } : text
    case 'numeric':
      return modifier >= 4 ? { type: 'number', multipleOf: numericStep(modifier) } : number
    case 'bit':
      return modifier === 1 ? { type: 'boolean' } : null
    default:
      return Object.hasOwn(knownTypes, name) ? (knownTypes[name] ?? null) : null
  }
}

/** `numeric(10,2)` holds multiples of 0.01; the scale is eleven bits, signed since version 15. */
function numericStep(modifier: number): number {
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  return Number(`1e${-scale}`)
}

/** PostgreSQL does not enforce dimensions; the declared ones are the best guess. */
function arrayOf(element: Facts, { dimensions, is_not_null: isNotNull }: ColumnType): Facts {
  let schema = nullable(element)
  for (let left = dimensions; left > 1; left--) schema = nullable({ type: 'array', items: schema })
  const whole: Facts = { type: 'array', items: schema }
  return isNotNull ? whole : nullable(whole)
}

function nullable(facts: Facts): Facts {
  return { ...facts, type: ['null', ...[facts.type].flat()] }
}

function unsupported({ sql_type: sqlType }: ColumnType): ColumnSchema {
  return { isSupported: false, reason: `Columns of the type ${isolated(sqlType)} cannot be replicated.` }
}
