import type { FlowConnector } from '@bobbin/shared/connector-info'

/** What a source calls its streams. */
export interface Noun {
  readonly one: string
  readonly many: string
  /** What one of them has of each thing in it. */
  readonly row: string
  readonly rows: string
}

const nouns: Record<NonNullable<FlowConnector['stream_noun']> | 'stream', Noun> = {
  table: { one: 'table', many: 'tables', row: 'row', rows: 'rows' },
  object: { one: 'object', many: 'objects', row: 'record', rows: 'records' },
  report: { one: 'report', many: 'reports', row: 'row', rows: 'rows' },
  file: { one: 'file', many: 'files', row: 'row', rows: 'rows' },
  stream: { one: 'stream', many: 'streams', row: 'record', rows: 'records' },
}

export function nounOf(connector: Pick<FlowConnector, 'stream_noun'> | null): Noun {
  return nouns[connector?.stream_noun ?? 'stream']
}

const numbers = new Intl.NumberFormat('en')

export function number(value: number): string {
  return numbers.format(value)
}

/** `1 table`, `2 tables`, `0 tables`. */
export function counted(count: number, { one, many }: Pick<Noun, 'one' | 'many'>): string {
  return `${number(count)} ${count === 1 ? one : many}`
}
