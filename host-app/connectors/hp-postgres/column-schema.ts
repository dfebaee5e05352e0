import { isolated } from '@bobbin/shared/isolated'
import type { ColumnShape } from './column-shapes.ts'
import type { PlainType } from './column-types.ts'

/** JSON Schema of a column, in Singer's manner, or why the column cannot be had. */
export type ColumnSchema =
  | { isSupported: true; schema: Record<string, unknown>; canBeReplicationKey: boolean }
  | { isSupported: false; reason: string }

type Facts = { type: string | readonly string[] } & Record<string, unknown>

const text: Facts = { type: 'string' }
const dateTime: Facts = { type: 'string', format: 'date-time' }
const number: Facts = { type: 'number' }

/**
 * PostgreSQL's own types that need no modifier, as Singer's tap sends their values: dates become date-times, JSON stays
 * the text that it is in the database, times have no zone and so not the format that JSON Schema calls time.
 */
const builtinTypes: Readonly<Record<string, Facts>> = {
  bool: { type: 'boolean' },
  int2: { type: 'integer', minimum: -32_768, maximum: 32_767 },
  int4: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 },
  // The ends of the range as far as a double holds them.
  int8: { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 },
  float4: number,
  float8: number,
  text,
  name: text,
  // One byte; above 127 it is written as `\351`.
  char: { type: 'string', maxLength: 4 },
  uuid: { type: 'string', format: 'uuid' },
  date: dateTime,
  timestamp: dateTime,
  timestamptz: dateTime,
  time: text,
  timetz: text,
  json: text,
  jsonb: text,
  money: text,
  inet: text,
  cidr: text,
  macaddr: text,
  macaddr8: text,
}

/** What extensions bring, in whichever schema. */
const extensionTypes: Readonly<Record<string, Facts>> = {
  citext: text,
  hstore: { type: 'object', properties: {} },
}

/** Not-a-number and infinity, which JSON has not, become null. */
const maybeNullTypes = new Set(['float4', 'float8', 'numeric'])

const replicationKeyTypes = new Set(['int2', 'int4', 'int8', 'date', 'timestamp', 'timestamptz'])

/** What a record holds for the column. Whatever may be null says so; so do the elements of arrays. */
export function columnSchema(column: ColumnShape): ColumnSchema {
  if (!column.may_read) return { isSupported: false, reason: 'The user is not allowed to read this column.' }
  const { base, element } = column

  if (element !== null) {
    const facts = arrivesAsList(element) ? typeFacts(element, column.modifier) : null
    if (!facts) return unsupported(column)
    return { isSupported: true, canBeReplicationKey: false, schema: arrayOf(facts, column) }
  }
  const facts = typeFacts(base, column.modifier)
  if (!facts) return unsupported(column)
  const isNever = column.is_not_null && !(base.is_builtin && maybeNullTypes.has(base.name))
  return {
    isSupported: true,
    canBeReplicationKey: base.is_builtin && replicationKeyTypes.has(base.name),
    schema: isNever ? facts : nullable(facts),
  }
}

/** The driver of taps takes some arrays for one text, and taps then send each of its characters: `{`, `1`, `}`. */
function arrivesAsList(element: NonNullable<ColumnShape['element']>): boolean {
  return !element.is_domain && element.name !== 'macaddr8'
}

function typeFacts({ name, kind, is_builtin: isBuiltin }: PlainType, modifier: number): Facts | null {
  if (kind === 'e') return text
  if (kind !== 'b') return null
  if (!isBuiltin) return own(extensionTypes, name)
  switch (name) {
    case 'varchar':
    case 'bpchar':
      // The modifier counts four bytes of header.
      return modifier > 4 ? { type: 'string', maxLength: modifier - 4 } : text
    case 'numeric':
      return numericFacts(modifier)
    case 'bit':
      return modifier === 1 ? { type: 'boolean' } : null
    default:
      return own(builtinTypes, name)
  }
}

function own(types: Readonly<Record<string, Facts>>, name: string): Facts | null {
  return Object.hasOwn(types, name) ? (types[name] ?? null) : null
}

/** Beyond it taps cut digits off, and a number of JSON is no multiple of what it cannot hold. */
const largestScale = 38

/** `numeric(10,2)` holds multiples of 0.01; the scale is eleven bits, signed since version 15. */
function numericFacts(modifier: number): Facts {
  if (modifier < 4) return number
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  return Math.abs(scale) <= largestScale ? { ...number, multipleOf: Number(`1e${-scale}`) } : number
}

/** Of any array of PostgreSQL. */
const mostDimensions = 6

/** How many dimensions were declared is not enforced: each value has its own, so any element may be an array again. */
function arrayOf(element: Facts, { is_not_null: isNotNull }: ColumnShape): Facts {
  let items = nullable(element)
  for (let depth = 1; depth < mostDimensions; depth++) {
    items = nullable({ ...element, type: [element.type, 'array'].flat(), items })
  }
  const whole: Facts = { type: 'array', items }
  return isNotNull ? whole : nullable(whole)
}

function nullable(facts: Facts): Facts {
  return { ...facts, type: ['null', ...[facts.type].flat()] }
}

function unsupported({ sql_type: sqlType }: ColumnShape): ColumnSchema {
  return { isSupported: false, reason: `Columns of the type ${isolated(sqlType)} cannot be replicated.` }
}
