import { isolated } from '@bobbin/shared/isolated'
import type { ColumnShape } from './column-shape.ts'

/** JSON Schema of a column, in Singer's manner, or why the column cannot be had. */
export type ColumnSchema =
  | { isSupported: true; schema: Record<string, unknown>; canBeReplicationKey: boolean }
  | { isSupported: false; reason: string }

type Facts = { type: string | readonly string[] } & Record<string, unknown>

const dateTime: Facts = { type: 'string', format: 'date-time' }

const integerBytes: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
}

const texts = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum'])

/** Whatever is in such a column, taps send it as what it is in GeoJSON. */
const shapes = new Set([
  ...['geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon'],
  ...['geometrycollection', 'geomcollection'],
])

const dates = new Set(['date', 'datetime', 'timestamp'])

/** What a record holds for the column. Whatever may be null says so. */
export function columnSchema(shape: ColumnShape): ColumnSchema {
  if (!shape.mayRead) return { isSupported: false, reason: 'The user is not allowed to read this column.' }
  const facts = typeFacts(shape)
  if (!facts) return unsupported(shape)
  const { dataType } = shape
  // A date of noughts, such as 0000-00-00, is no date, and becomes null in columns that have no nulls, too.
  const isNever = !shape.isNullable && !dates.has(dataType)
  return {
    isSupported: true,
    canBeReplicationKey: dates.has(dataType) || facts.type === 'integer',
    schema: isNever ? facts : { ...facts, type: ['null', ...[facts.type].flat()] },
  }
}

function typeFacts(shape: ColumnShape): Facts | null {
  const { dataType, columnType, maxLength, scale } = shape
  const isUnsigned = columnType.includes('unsigned')
  if (columnType.startsWith('tinyint(1)') || columnType === 'bit(1)') return { type: 'boolean' }
  if (texts.has(dataType)) return { type: 'string', ...(maxLength !== null && { maxLength }) }
  if (dates.has(dataType)) return dateTime
  if (shapes.has(dataType)) return { type: ['object', 'array'], format: 'spatial' }
  switch (dataType) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return integerFacts(integerBytes[dataType] ?? 8, isUnsigned)
    case 'float':
    case 'double':
      return { type: 'number', ...(isUnsigned && { minimum: 0 }) }
    case 'decimal':
      return { type: 'number', multipleOf: Number(`1e-${scale ?? 0}`), ...(isUnsigned && { minimum: 0 }) }
    // May be negative and longer than a day, so it is not what JSON Schema calls a time.
    case 'time':
      return { type: 'string' }
    case 'json':
      return { type: ['object', 'array'] }
    case 'binary':
    case 'varbinary':
      return { type: 'string', format: 'binary' }
    default:
      return null
  }
}

/** The ends of the range as far as a double holds them. */
function integerFacts(bytes: number, isUnsigned: boolean): Facts {
  const bits = bytes * 8
  const isExact = bits < 54
  if (isUnsigned) return { type: 'integer', minimum: 0, maximum: isExact ? 2 ** bits - 1 : 2 ** bits }
  const half = 2 ** (bits - 1)
  return { type: 'integer', minimum: -half, maximum: isExact ? half - 1 : half }
}

function unsupported({ dataType, columnType }: ColumnShape): ColumnSchema {
  if (dataType === 'bit') {
    const reason = `Of ${isolated(columnType)} taps would make a single yes or no.`
    return { isSupported: false, reason }
  }
  return { isSupported: false, reason: `Columns of the type ${isolated(dataType)} cannot be replicated.` }
}
