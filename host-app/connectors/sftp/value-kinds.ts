/** What a value may be, as far as a schema tells. */
export type ValueKind = 'integer' | 'number' | 'boolean' | 'date-time' | 'string' | 'object' | 'array'

/** Of what a text stands for; null: it is empty and tells nothing. */
export function kindOfText(text: string): ValueKind | null {
  const value = text.trim()
  if (value === '') return null
  // Digits after a zero are a code, and more than 15 are not exact: both would not come back as they were.
  if (/^[-+]?(0|[1-9]\d{0,14})$/.test(value)) return 'integer'
  if (
    /^[-+]?(0|[1-9]\d*)?\.\d+([eE][-+]?\d{1,3})?$|^[-+]?(0|[1-9]\d*)(\.\d*)?[eE][-+]?\d{1,3}$/.test(value)
  ) {
    return 'number'
  }
  if (/^(true|false)$/i.test(value)) return 'boolean'
  return isTime(value) ? 'date-time' : 'string'
}

/** Of a value of JSON; null: it is null and tells nothing. */
export function kindOfValue(value: unknown): ValueKind | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return 'array'
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'number'
    case 'boolean':
      return 'boolean'
    case 'string':
      return isTime(value) ? 'date-time' : 'string'
    default:
      return 'object'
  }
}

/** A date with a time of day. A date alone stays a text: as a time it would get hours that nobody gave it. */
function isTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[-+]\d\d:?\d\d)?$/.test(text) &&
    !Number.isNaN(Date.parse(text.replace(' ', 'T')))
  )
}

/** Also where a later row has something else in it, it can be had as text: the forms of Singer's tap-sftp. */
const time = {
  anyOf: [{ type: ['null', 'string'], format: 'date-time' }, { type: ['null', 'string'] }],
}

/** The JSON Schema of a field in which these were seen. */
export function schemaOf(kinds: ReadonlySet<ValueKind>): Record<string, unknown> {
  const [only] = kinds
  if (kinds.size === 1) {
    if (only === 'date-time') return time
    if (only === 'object' || only === 'array') return { type: ['null', only] }
    if (only === 'string') return { type: ['null', 'string'] }
    return { type: ['null', only, 'string'] }
  }
  // Anything.
  if (kinds.has('object') || kinds.has('array')) return {}
  const isNumeric = kinds.size === 2 && kinds.has('integer') && kinds.has('number')
  return { type: isNumeric ? ['null', 'number', 'string'] : ['null', 'string'] }
}
