import { isolated } from '@bobbin/shared/isolated'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { bulkTables, oddDatabase, oddStreamIds, seedOddDatabase } from './odd-database.testing.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
  await seedOddDatabase(server)
})
afterAll(() => server?.stop())

describe('discovery of the odd database', () => {
  let streams: DiscoveredStream[]
  let lines: string[]

  beforeAll(async () => {
    const settings = { host: server.host, port: String(server.port), ssl: 'disable', ...oddDatabase }
    const run = await runConnector(hpPostgres, {
      ...createOutbound({ allowPrivateNetworks: true }),
      settings,
      grant: null,
    })
    expect(run.error).toBeNull()
    ;({ streams, lines } = run)
  })

  it('finds what the user may read, each under an id of its own, partitions and foreign schemas left out', () => {
    const ids = streams.map((stream) => stream.tap_stream_id)
    expect(ids.filter((id) => !id.startsWith('odd-bulk-'))).toEqual(oddStreamIds)
    expect(ids.filter((id) => id.startsWith('odd-bulk-'))).toHaveLength(bulkTables)
  })

  it('says in the log what was left out and why', () => {
    expect(lines).toContain(`Schema ${isolated('hidden')} is skipped: the user has no USAGE right on it.`)
    expect(lines.join('\n')).toMatch(
      /Schema \u2068public\u2069: .*; 1 left out: the user has no SELECT right/,
    )
    expect(lines.at(-1)).toBe(`Found ${oddStreamIds.length + bulkTables} tables and views.`)
  })

  it('tells tables, views, estimates and keys apart', () => {
    const about = (id: string) => streamMetadata(`odd-public-${id}`)
    expect(about('customers')).toEqual({
      'database-name': 'odd',
      'schema-name': 'public',
      'is-view': false,
      'row-count': 30,
      'table-key-properties': ['id'],
      'valid-replication-keys': ['id', 'created_at'],
      'selected-by-default': false,
    })
    expect(about('orders')['row-count']).toBeNull()
    expect(about('order_totals')).toMatchObject({
      'is-view': true,
      'row-count': null,
      'table-key-properties': [],
    })
    expect(about('customer_emails')).toMatchObject({ 'is-view': true, 'table-key-properties': [] })
    expect(about('big_events')).toMatchObject({ 'is-view': false, 'table-key-properties': ['id', 'at'] })
    expect(about('without_key')).toMatchObject({
      'table-key-properties': [],
      'valid-replication-keys': ['at'],
    })
    expect(about('two_part_key')['table-key-properties']).toEqual(['order', 'line'])
    expect(fieldMetadata('odd-public-two_part_key', 'line')['inclusion']).toBe('automatic')
  })

  it('keeps odd names as they are', () => {
    const found = stream('odd-Odd "Names"-with space')
    expect(found).toMatchObject({ stream: 'with space', table_name: 'with space' })
    expect(Object.keys(found.schema.properties)).toEqual(['key "id"', 'naïve, ok', '__proto__'])
    expect(streamMetadata('odd-public-Grüße 🧵 表')['table-key-properties']).toEqual(['schlüssel'])
  })

  it('tells columns that the user may not read as unsupported', () => {
    expect(fieldMetadata('odd-public-partly_readable', 'open')['inclusion']).toBe('available')
    expect(fieldMetadata('odd-public-partly_readable', 'closed')).toMatchObject({
      inclusion: 'unsupported',
      'selected-by-default': false,
      'unsupported-description': 'The user is not allowed to read this column.',
    })
  })

  it('gives each type its JSON Schema', () => {
    const text = { type: ['null', 'string'] }
    const dateTime = { type: ['null', 'string'], format: 'date-time' }
    const number = { type: ['null', 'number'] }
    /** Of such elements, each of which may be an array again: six dimensions, whatever is declared. */
    const itemsOf = (facts: { type: string; [rule: string]: unknown }, more = 5): object =>
      more === 0
        ? { ...facts, type: ['null', facts.type] }
        : { ...facts, type: ['null', facts.type, 'array'], items: itemsOf(facts, more - 1) }
    const list = (facts: { type: string; [rule: string]: unknown }) => ({
      type: ['null', 'array'],
      items: itemsOf(facts),
    })
    const texts = list({ type: 'string' })
    expect(stream('odd-public-all_types').schema.properties).toEqual({
      a_bool: { type: ['null', 'boolean'] },
      a_smallint: { type: ['null', 'integer'], minimum: -32768, maximum: 32767 },
      a_int: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
      a_bigint: { type: ['null', 'integer'], minimum: -(2 ** 63), maximum: 2 ** 63 },
      a_numeric: number,
      a_decimal: { ...number, multipleOf: 0.01 },
      a_whole: { ...number, multipleOf: 1 },
      a_round: { ...number, multipleOf: 100 },
      a_real: number,
      a_double: number,
      a_money: text,
      a_text: text,
      a_varchar: { ...text, maxLength: 40 },
      a_char: { ...text, maxLength: 3 },
      a_letter: { ...text, maxLength: 4 },
      a_name: text,
      a_uuid: { ...text, format: 'uuid' },
      a_date: dateTime,
      a_timestamp: dateTime,
      a_timestamptz: dateTime,
      a_time: text,
      a_timetz: text,
      a_json: text,
      a_jsonb: { type: 'string' },
      an_hstore: { type: ['null', 'object'], properties: {} },
      an_inet: text,
      a_cidr: text,
      a_macaddr: text,
      a_bit: { type: ['null', 'boolean'] },
      an_enum: text,
      a_domain: text,
      a_strict_domain: { type: 'string' },
      a_price: { ...number, multipleOf: 0.01 },
      text_array: texts,
      int_matrix: list({ type: 'integer', minimum: -2147483648, maximum: 2147483647 }),
      enum_array: { ...texts, type: 'array' },
      domain_array: {},
      array_domain: texts,
      varchar_array: list({ type: 'string', maxLength: 7 }),
      a_bytea: {},
      an_interval: {},
      a_point: {},
      a_range: {},
      an_xml: {},
      bits: {},
      a_composite: {},
      composites: {},
      a_tsvector: {},
    })
  })

  it('tells types that nobody knows as unsupported, with the reason', () => {
    expect(fieldMetadata('odd-public-all_types', 'composites')).toEqual({
      inclusion: 'unsupported',
      'sql-datatype': 'address[]',
      'selected-by-default': false,
      'unsupported-description': `Columns of the type ${isolated('address[]')} cannot be replicated.`,
    })
    expect(fieldMetadata('odd-public-all_types', 'a_decimal')['sql-datatype']).toBe('numeric')
    const unsupported = ['a_bytea', 'an_interval', 'a_point', 'a_range', 'an_xml', 'bits', 'a_tsvector']
    for (const name of unsupported) {
      expect(fieldMetadata('odd-public-all_types', name)['inclusion']).toBe('unsupported')
    }
  })

  function stream(id: string): DiscoveredStream {
    const found = streams.find((candidate) => candidate.tap_stream_id === id)
    if (!found) throw new Error(`${id} was not found`)
    return found
  }

  function streamMetadata(id: string): Record<string, unknown> {
    return stream(id).metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
  }

  function fieldMetadata(id: string, name: string): Record<string, unknown> {
    return stream(id).metadata.find(({ breadcrumb }) => breadcrumb[1] === name)?.metadata ?? {}
  }
})
