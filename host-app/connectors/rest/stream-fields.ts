const orNull = (type: string, more: object = {}) => ({ type: ['null', type], ...more })

/** What fields can be. */
const kinds = {
  text: orNull('string'),
  integer: orNull('integer'),
  number: orNull('number'),
  flag: orNull('boolean'),
  /** A point in time: taps write it as a text, whatever the vendor has. */
  time: orNull('string', { format: 'date-time' }),
  day: orNull('string', { format: 'date' }),
  object: orNull('object'),
  list: orNull('array'),
} as const

/** The fields of a stream by what they are, their names with blanks between them. */
export type StreamFields = Readonly<Partial<Record<keyof typeof kinds, string>>>

/** Each field with its schema. A name that is there twice is there twice. */
export function fieldsOf(fields: StreamFields): [name: string, schema: { type: string[] }][] {
  return Object.entries(kinds).flatMap(([kind, schema]) =>
    wordsOf(fields[kind as keyof typeof kinds]).map((name): [string, { type: string[] }] => [name, schema]),
  )
}

const wordsOf = (text = '') => text.split(/\s+/).filter((word) => word !== '')
