import type { PropertyInfo } from './connector-info.ts'
import { rangeOf } from './number-range.ts'
import type { SettingFault } from './setting-faults.ts'

type Schema = Readonly<Record<string, unknown>>

/** As long as a value may be where its schema has a pattern but no `maxLength`: patterns can be slow. */
const longestForPattern = 2_048
const longest = 65_536

/**
 * What is wrong with a value as far as it can be told without a library for JSON Schema, which only the server
 * has: lengths, options, pattern, range. What is found here that library would refuse as well.
 */
export function plainFault(property: PropertyInfo, value: string): SettingFault | null {
  const schema = property.json_schema ?? {}
  // Lengths come first, so that no pattern ever meets a text that is too long for it.
  return lengthFault(schema, value) ?? (isMisfit(property, schema, value) ? misfitOf(property) : null)
}

/** What a value is told that does not satisfy its JSON Schema. */
export function misfitOf(property: PropertyInfo): SettingFault {
  const schema = property.json_schema ?? {}
  const options = optionsOf(property).map(({ title }) => title)
  if (options.length > 0) return { rule: 'not_an_option', parameters: { options } }
  if (isBoolean(schema)) return { rule: 'not_a_boolean', parameters: {} }
  if (property.control === 'number' || isNumeric(schema)) {
    return { rule: 'not_a_number', parameters: numbersOf(schema) }
  }
  const formats = branches(schema).flatMap(({ format }) => (typeof format === 'string' ? [format] : []))
  if (formats.length > 0) return { rule: 'not_in_format', parameters: { formats } }
  return { rule: 'other_form', parameters: { example: property.placeholder ?? null } }
}

/** One of the values that a setting can have, as a person sees it. */
export interface SettingOption {
  readonly value: string
  readonly title: string
}

/** The choices of an `enum`, or of a `oneOf` of constants; none where there are other values, too. */
export function optionsOf({ json_schema: schema }: Pick<PropertyInfo, 'json_schema'>): SettingOption[] {
  const plain: unknown = schema?.['enum']
  if (Array.isArray(plain)) return plain.map((one) => ({ value: String(one), title: String(one) }))
  const oneOf: unknown = schema?.['oneOf']
  if (!Array.isArray(oneOf)) return []
  const constants = oneOf.filter(isObject).filter((one) => 'const' in one)
  if (constants.length < oneOf.length) return []
  return constants.map(({ const: value, title }) => ({
    value: String(value),
    title: typeof title === 'string' ? title : String(value),
  }))
}

/** Whether the schema speaks of a number, so that a text of digits has to be read as one. */
export function isNumeric(schema: Schema): boolean {
  return branches(schema).some(({ type }) => type === 'integer' || type === 'number')
}

export function isBoolean(schema: Schema): boolean {
  const { type, pattern } = schema
  return type === 'boolean' || (typeof pattern === 'string' && /^\^?\(?true\|false\)?\$?$/.test(pattern))
}

function lengthFault(schema: Schema, value: string): SettingFault | null {
  const { minLength, maxLength } = schema
  const most = typeof maxLength === 'number' ? maxLength : hasPattern(schema) ? longestForPattern : longest
  if (value.length > most) return { rule: 'too_long', parameters: { most } }
  const isShort = typeof minLength === 'number' && value.length < minLength
  return isShort ? { rule: 'too_short', parameters: { least: minLength } } : null
}

function hasPattern(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return 'pattern' in schema || Object.values(schema).some(hasPattern)
}

function isMisfit(property: PropertyInfo, schema: Schema, value: string): boolean {
  // A text that is to be read as something else is for JSON Schema to judge.
  if (isNumeric(schema) || branches(schema).some(({ type }) => type === 'boolean')) return false
  const { minimum, maximum, pattern } = schema
  if (property.control === 'number' && !isInRange(value, minimum, maximum)) return true
  const options = optionsOf(property)
  if (options.length > 0 && !options.some((option) => option.value === value)) return true
  return typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)
}

/** JSON Schema's `minimum` says nothing about text; for a text that spells a number it should. */
function isInRange(value: string, minimum: unknown, maximum: unknown): boolean {
  const number = Number(value)
  if (typeof minimum === 'number' && !(number >= minimum)) return false
  return !(typeof maximum === 'number' && !(number <= maximum))
}

function numbersOf({ pattern, minimum, maximum }: Schema): { least: number | null; most: number | null } {
  if (typeof pattern === 'string') return rangeOf(pattern) ?? { least: null, most: null }
  const limit = (one: unknown) => (typeof one === 'number' ? one : null)
  return { least: limit(minimum), most: limit(maximum) }
}

function branches(schema: Schema): Schema[] {
  const nested = ['anyOf', 'oneOf'].flatMap((key): unknown[] => {
    const list = schema[key]
    return Array.isArray(list) ? list : []
  })
  return [schema, ...nested.filter(isObject)]
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
