import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'

/** What to tell the person who left a needed setting empty: "Enter the host." */
export function missingSentence(info: Pick<ConnectorInfo, 'name'>, property: PropertyInfo): string {
  const verb = options(property.json_schema).length > 0 ? 'Choose' : 'Enter'
  return `${verb} the ${inSentence(property.title, info.name)}.`
}

/** What to tell the person who left a secret blank that was entered for other settings than these. */
export function neededAgainSentence(
  info: Pick<ConnectorInfo, 'name'>,
  secret: PropertyInfo,
  changed: readonly PropertyInfo[],
): string {
  const titles = new Intl.ListFormat('en').format(changed.map(({ title }) => title))
  const have = changed.length === 1 ? 'has' : 'have'
  return `Enter the ${inSentence(secret.title, info.name)} again: ${titles} ${have} changed, and it goes only where it was entered for.`
}

/** What to tell the person whose value does not satisfy the property's JSON Schema. */
export function invalidSentence(property: PropertyInfo): string {
  const schema = property.json_schema ?? {}
  const choices = options(schema)
  if (choices.length > 0) {
    return choices.length <= 8 ? `Choose one of: ${choices.join(', ')}.` : 'Choose one of the options.'
  }
  if (isBoolean(schema)) return 'Must be true or false.'
  if (property.control === 'number' || isNumeric(schema)) return numberSentence(schema)
  const format = formatSentence(schema)
  if (format) return format
  if (property.placeholder) return `Must look like ${property.placeholder}.`
  return 'Does not have the expected form.'
}

export function tooLongSentence(most: number): string {
  return `Must have at most ${most.toLocaleString('en')} characters.`
}

export function tooShortSentence(least: number): string {
  return `Must have at least ${least.toLocaleString('en')} characters.`
}

/** Whether the schema speaks of a number, so that a text of digits has to be read as one. */
export function isNumeric(schema: Record<string, unknown>): boolean {
  return branches(schema).some(({ type }) => type === 'integer' || type === 'number')
}

export function isBoolean(schema: Record<string, unknown>): boolean {
  const { type, pattern } = schema
  return type === 'boolean' || (typeof pattern === 'string' && /^\^?\(?true\|false\)?\$?$/.test(pattern))
}

function options(schema: Record<string, unknown> | null): string[] {
  if (Array.isArray(schema?.['enum'])) return schema['enum'].map(String)
  if (!Array.isArray(schema?.['oneOf'])) return []
  const values: unknown[] = schema['oneOf']
  return values.flatMap((option) => {
    if (!isObject(option) || !('const' in option)) return []
    return [typeof option['title'] === 'string' ? option['title'] : String(option['const'])]
  })
}

function numberSentence(schema: Record<string, unknown>): string {
  const { minimum, maximum } = schema
  const { pattern } = schema
  const range = typeof pattern === 'string' ? rangeOf(pattern) : { least: minimum, most: maximum }
  const least = typeof range?.least === 'number' ? range.least : null
  const most = typeof range?.most === 'number' ? range.most : null
  if (least !== null && most !== null) return `Must be a number between ${least} and ${most}.`
  if (least !== null) return `Must be a number of at least ${least}.`
  if (most !== null) return `Must be a number of at most ${most}.`
  return 'Must be a whole number.'
}

const probed = 70_000

/**
 * The numbers that a pattern of digits accepts, found by asking it, so that a person reads "between 1 and
 * 65535" instead of a regular expression. Null when they are not one range that ends below `probed`.
 */
function rangeOf(pattern: string): { least: number; most: number } | null {
  const test = new RegExp(pattern, 'u')
  let least: number | null = null
  for (let number = 0; number <= probed; number += 1) {
    const isAccepted = test.test(String(number))
    if (least === null && isAccepted) least = number
    if (least !== null && !isAccepted) return { least, most: number - 1 }
  }
  return null
}

const formatWords: Record<string, string> = {
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'a web address such as https://example.com',
  email: 'an email address',
  date: 'a date such as 2026-01-31',
  'date-time': 'a date and time such as 2026-01-31T00:00:00Z',
  uuid: 'a UUID',
}

function formatSentence(schema: Record<string, unknown>): string | null {
  const formats = branches(schema).flatMap(({ format }) => (typeof format === 'string' ? [format] : []))
  if (formats.length === 0) return null
  const isAddress = formats.includes('hostname') && formats.some((format) => format.startsWith('ipv'))
  if (isAddress) return 'Must be a host name or an IP address.'
  const words = formats.map((format) => formatWords[format] ?? `in the format ${format}`)
  return `Must be ${[...new Set(words)].join(' or ')}.`
}

function branches(schema: Record<string, unknown>): Record<string, unknown>[] {
  const nested = ['anyOf', 'oneOf'].flatMap((key): unknown[] => {
    const list = schema[key]
    return Array.isArray(list) ? list : []
  })
  return [schema, ...nested.filter(isObject)]
}

/** "Host" → "host"; "API key" and the connector's own name stay as they are. */
function inSentence(title: string, connectorName: string): string {
  const first = title.split(/\s/, 1)[0] ?? ''
  const isOrdinary = /^\p{Lu}[\p{Ll}-]+$/u.test(first) && !connectorName.split(/\s/).includes(first)
  return isOrdinary ? title.charAt(0).toLowerCase() + title.slice(1) : title
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
