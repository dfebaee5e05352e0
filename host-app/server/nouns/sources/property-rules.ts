import { Validator, type Schema } from '@cfworker/json-schema'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import {
  invalidSentence,
  isBoolean,
  isNumeric,
  missingSentence,
  tooLongSentence,
  tooShortSentence,
} from './property-sentences.ts'

/** Settings by name; every value is a string. */
export type Values = Readonly<Record<string, string>>

/** Sentences for people by the name of the setting at fault. */
export type Faults = Record<string, string>

/** Values with the defaults of what is absent. A hidden setting has none: it does not count. */
export function effectiveValues(info: ConnectorInfo, values: Values): Record<string, string> {
  const effective: [string, string][] = []
  for (const property of shownProperties(info, values)) {
    const value = valueOf(property, values)
    if (value !== undefined) effective.push([property.name, value])
  }
  return Object.fromEntries(effective)
}

/** The properties whose `show_when` holds for these values. */
export function shownProperties(info: ConnectorInfo, values: Values): PropertyInfo[] {
  const byName = new Map(info.properties.map((property) => [property.name, property]))
  // `seen` ends a circle of rules, which hides everything in it.
  const isShown = (property: PropertyInfo, seen: ReadonlySet<string>): boolean => {
    const rule = property.show_when
    if (!rule) return true
    const other = byName.get(rule.property)
    if (!other || seen.has(other.name)) return false
    const value = valueOf(other, values)
    return value !== undefined && rule.in.includes(value) && isShown(other, new Set([...seen, other.name]))
  }
  return info.properties.filter((property) => isShown(property, new Set([property.name])))
}

/** What of these values a person could have given in the wizard, which does not ask for the app's own settings. */
export function givenInForm<Value>(
  info: ConnectorInfo,
  values: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const others = new Set(
    info.properties.filter(({ in_form: isIn }) => isIn === false).map(({ name }) => name),
  )
  return Object.fromEntries(Object.entries(values).filter(([name]) => !others.has(name)))
}

/** Whether the person or the caller has to give it, when it is shown. */
export function isNeeded(property: PropertyInfo): boolean {
  const isOurs =
    property.property_type === 'read_only' || property.property_type === 'system_provided_by_default'
  return property.is_required && !isOurs
}

/** Secrets are sealed elsewhere; a row never holds one. */
export function splitSecrets(
  info: ConnectorInfo,
  values: Values,
): { plain: Record<string, string>; secret: Record<string, string> } {
  const secrets = new Set(
    info.properties.filter((property) => property.is_credential).map(({ name }) => name),
  )
  const entries = Object.entries(values)
  return {
    plain: Object.fromEntries(entries.filter(([name]) => !secrets.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => secrets.has(name))),
  }
}

/** What is missing: needed, shown, without value or default. `secretNames` are those kept sealed. */
export function missingFaults(info: ConnectorInfo, values: Values, secretNames: ReadonlySet<string>): Faults {
  const missing = shownProperties(info, values).filter(
    (property) => isNeeded(property) && !valueOf(property, values) && !secretNames.has(property.name),
  )
  return Object.fromEntries(missing.map((property) => [property.name, missingSentence(info, property)]))
}

/** What is wrong with a value, as a sentence; null when nothing is. */
export function valueFault(info: ConnectorInfo, name: string, value: string): string | null {
  const property = info.properties.find((candidate) => candidate.name === name)
  if (!property) return 'This setting is not known.'
  if (property.property_type === 'read_only') return 'This setting cannot be set.'
  return formatFault(property, value)
}

/** What is wrong with a value, whoever may set it. */
export function formatFault(property: PropertyInfo, value: string): string | null {
  return property.json_schema === null
    ? lengthFault({}, value)
    : schemaFault(property, property.json_schema, value)
}

/** As long as a value may be where its schema has a pattern but no `maxLength`: patterns can be slow. */
const longestForPattern = 2_048
const longest = 65_536

function schemaFault(property: PropertyInfo, schema: Record<string, unknown>, value: string): string | null {
  const tooLongOrShort = lengthFault(schema, value)
  if (tooLongOrShort) return tooLongOrShort
  const { minimum, maximum } = schema
  if (property.control === 'number' && !isNumeric(schema) && !isInRange(value, minimum, maximum)) {
    return invalidSentence(property)
  }
  const isValid = readings(schema, value).some((reading) => validatorOf(schema).validate(reading).valid)
  return isValid ? null : invalidSentence(property)
}

/** Lengths come first, so that no pattern ever meets a text that is too long for it. */
function lengthFault(schema: Record<string, unknown>, value: string): string | null {
  const { minLength, maxLength } = schema
  const most = typeof maxLength === 'number' ? maxLength : hasPattern(schema) ? longestForPattern : longest
  if (value.length > most) return tooLongSentence(most)
  return typeof minLength === 'number' && value.length < minLength ? tooShortSentence(minLength) : null
}

function hasPattern(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return 'pattern' in schema || Object.values(schema).some(hasPattern)
}

/** Text as it is, and as the number or boolean it spells where the schema speaks of one. */
function readings(schema: Record<string, unknown>, value: string): (string | number | boolean)[] {
  const found: (string | number | boolean)[] = [value]
  if (isNumeric(schema) && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) found.push(Number(value))
  if (isBoolean(schema) && (value === 'true' || value === 'false')) found.push(value === 'true')
  return found
}

/** JSON Schema's `minimum` says nothing about text; for a text that spells a number it should. */
function isInRange(value: string, minimum: unknown, maximum: unknown): boolean {
  const number = Number(value)
  if (typeof minimum === 'number' && !(number >= minimum)) return false
  return !(typeof maximum === 'number' && !(number <= maximum))
}

const validators = new WeakMap<object, Validator>()

function validatorOf(schema: Schema): Validator {
  const known = validators.get(schema)
  if (known) return known
  const validator = new Validator(schema, '2020-12')
  validators.set(schema, validator)
  return validator
}

function valueOf(property: PropertyInfo, values: Values): string | undefined {
  return Object.hasOwn(values, property.name) ? values[property.name] : property.default
}
