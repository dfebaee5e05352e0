import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { z } from 'zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog as catalogFile, type Catalog, type CatalogStream } from '@bobbin/shared/catalog'
import { source } from '@bobbin/shared/source'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createTestApp, type TestAccount, type TestApp } from '../../server/testing/app.testing.ts'
import { finishedCheck } from '../../server/testing/shop.testing.ts'
import { runTap, type Message, type State } from './tap-reader.testing.ts'

/** A value of each type that taps can send, and of some that they cannot. */
const samples: Record<string, string> = {
  bool: 'true',
  int2: '-32768',
  int4: '2147483647',
  int8: '9223372036854775807',
  float4: 'NaN',
  float8: '-Infinity',
  numeric: 'NaN',
  text: "it's",
  varchar: 'x',
  bpchar: 'x',
  name: 'x',
  char: 'x',
  date: '2026-01-02',
  uuid: '11111111-1111-1111-1111-111111111111',
  timestamp: '2026-01-02 03:04:05.678',
  money: '12.5',
  timestamptz: '2026-01-02 03:04:05.678+05:30',
  time: '23:59:59',
  timetz: '23:59:59+05:30',
  json: '{"a": [1]}',
  jsonb: '[1, null]',
  inet: '10.0.0.1/8',
  cidr: '10.0.0.0/8',
  macaddr: '08:00:2b:01:02:03',
  bit: '1',
  mood: 'glad',
  macaddr8: '08:00:2b:01:02:03:04:05',
  hstore: 'a=>"b, \\"c\\"", "d e"=>NULL',
  citext: 'X',
  work_email: 'a@b.test',
  moment: '2026-01-02 03:04:05+00',
  price: '12.34',
  flag: '1',
  moods: '{glad,NULL}',
  tags: '{"a b",c}',
  xml: '<a/>',
  interval: '1 day',
  bytea: 'x',
  int4range: '[1,2)',
  point: '(1,2)',
  tsvector: 'a b',
}
const types = `
  create schema elsewhere;
  create extension hstore; create extension citext schema elsewhere; create extension ltree; create extension cube;
  create extension isn;
  create type elsewhere.mood as enum ('glad', 'sad');
  create type "Odd Mood" as enum ('odd');
  create type address as (street text, city text);
  create domain email as text;
  create domain work_email as email;
  create domain price as numeric(10, 2);
  create domain moment as timestamptz(3);
  create domain flag as bit;
  create domain moods as elsewhere.mood[];
  create domain tags as varchar(5)[];
`
/** Modifiers, keys, names; `events` go by keys of every type that can be one. */
const tables = `
  create table modified (
    id int, at timestamptz(3), until timestamp(0), span interval(3), bit_1 bit(1), bit_8 bit(8), bits bit(1)[], code varchar(5),
    codes varchar(5)[], fixed char(5), round numeric(3, -2), exact numeric(1000, 500), fine numeric(3, 5),
    paid numeric(10, 2)[], matrix int[][], primary key (id) include (code));
  insert into modified values (1, now(), now(), '1 day', '1', '10101010', '{1,0}', 'abcde', '{abc,NULL}', 'ab', 1200, 1.5, 0.001,
    '{1.25,NULL}', '{{1,2},{3,4}}');
  insert into modified (id, codes, paid, matrix) values (2, '{{abc,NULL}}', '{{{{{{1.25}}}}}}', '{1,NULL}'), (3, null, '{}', '{{{1}}}');
  create table touched (id int primary key, updated_at timestamptz);
  create table names (id int primary key, "__proto__" text, "constructor" text, "toString" text, "a ""b""" text, secret text);
  insert into names values (1, 'p', 'c', 't', 'ab', 'not to be read');
  create table "odd ""table""" (id int primary key);
  create view looks as select id, at from modified;
`
const keys: Record<string, [first: string, second: string, third: string]> = {
  smallint: ['1', '2', '3'],
  integer: ['1', '2', '3'],
  bigint: ['1', '9007199254740990', '9007199254740991'],
  date: ['2026-01-01', '2026-01-02', '2026-01-03'],
  timestamp: ['2026-01-01', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.678902'],
  'timestamp(3)': ['2026-01-01', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.679'],
  timestamptz: ['2026-01-01', '2026-01-02 03:04:05.678901+05:30', '2026-01-02 03:04:05.678902+05:30'],
  'timestamptz(3)': ['2026-01-01', '2026-01-02 03:04:05.678+05:30', '2026-01-02 03:04:05.679+05:30'],
  moment: ['2026-01-01', '2026-01-02 03:04:05.678+05:30', '2026-01-02 03:04:05.679+05:30'],
}
const eventsOf = (type: string) => `events by ${type}`

let server: PostgresServer
let test: TestApp
let account: TestAccount
let catalog: Catalog
let config: Record<string, unknown>
let columnsOfEveryType: number

beforeAll(async () => {
  server = await startPostgres()
  await server.query(types)
  columnsOfEveryType = await createEveryType()
  await server.query(tables)
  for (const [type, [first, second]] of Object.entries(keys)) {
    await server.query(`create table "${eventsOf(type)}" (id int primary key, at ${type}, note text);
      insert into "${eventsOf(type)}" values (1, '${first}', 'old'), (2, '${second}', 'last'), (0, null, 'never')`)
  }
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true' })
  account = await test.signUp()
  const { host, port, user, password } = server
  const properties = { host, port: String(port), user, password, dbname: 'postgres', ssl: 'disable' }
  const created = await account.call('POST', '/v4/sources', {
    type: 'platform.hp-postgres',
    display_name: 'Db',
    properties,
  })
  const { id } = created.as(source.pick({ id: true }))
  await finishedCheck(account, id)
  const path = `/v4/sources/${id}`
  const found = (await account.call('GET', `${path}/streams`)).as(
    z.array(z.object({ tap_stream_id: z.string() })),
  )
  const chosen = await account.call('PUT', `${path}/streams/metadata`, {
    streams: found.map(({ tap_stream_id: stream }) => ({
      tap_stream_id: stream,
      metadata: choiceOf(stream),
    })),
  })
  expect(chosen.status).toBe(200)
  // As it came: zod's copy has no column that is called __proto__.
  const file = await account.call('GET', `${path}/catalog`)
  file.as(catalogFile)
  catalog = file.body as Catalog
  config = (await account.call('GET', `${path}/config`)).as(z.record(z.string(), z.unknown()))
})
afterAll(async () => {
  await test?.close()
  await server?.stop()
})

function choiceOf(stream: string) {
  const own = (metadata: object) => ({ breadcrumb: [], metadata: { selected: true, ...metadata } })
  if (stream.includes('events by'))
    return [own({ 'replication-method': 'INCREMENTAL', 'replication-key': 'at' })]
  if (stream.endsWith('looks')) {
    return [own({ 'replication-method': 'FULL_TABLE', 'view-key-properties': ['id'] })]
  }
  const unwanted = { breadcrumb: ['properties', 'secret'], metadata: { selected: false } }
  return stream.endsWith('names') ? [own({}), unwanted] : [own({})]
}

/** A column of every type that a column can have; one row of nulls, one of values where there are some. */
async function createEveryType(): Promise<number> {
  const rows = z
    .array(z.object({ name: z.string(), base: z.string(), is_array: z.boolean(), type: z.string() }))
    .parse(
      await server.query(`select t.typname as name, coalesce(e.typname, t.typname) as base, e.oid is not null as is_array,
        format('%I.%I', n.nspname, t.typname) as type
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        left join pg_type e on e.oid = t.typelem and e.typarray = t.oid left join pg_class c on c.oid = t.typrelid
        where t.typtype <> 'p' and coalesce(e.typtype, '') <> 'p' and n.nspname not like 'pg_toast%'
          and (c.oid is null or n.nspname <> 'pg_catalog' and c.relkind = 'c')
          and (t.typelem = 0 or e.typrelid is null or e.typrelid = 0)`),
    )
  const columns = rows.map(({ type }, index) => `c${index} ${type}`)
  await server.query(`create table every_type (${columns.join(', ')}); insert into every_type default values`)
  const given = rows.flatMap(({ base, is_array: isArray, type }, index) => {
    const sample = samples[base]?.replaceAll("'", "''")
    return sample === undefined
      ? []
      : [[`c${index}`, isArray ? `array['${sample}', null]::${type}` : `'${sample}'::${type}`]]
  })
  const names = given.map(([name]) => name).join(', ')
  await server.query(
    `insert into every_type (${names}) values (${given.map(([, value]) => value).join(', ')})`,
  )
  return rows.length
}

const stream = (name: string): CatalogStream => catalog.streams.find((one) => one.stream === name)!
const recordsOf = (messages: Message[], name: string) =>
  messages
    .filter((message) => message.type === 'RECORD' && message.stream === name)
    .map(({ record }) => record!)

it('replicates by the method that Stitch’s setting wants, where the stream allows it', async () => {
  const methodsOf = async (wanted: string) => {
    const { host, port, user, password } = server
    const properties = {
      host,
      port,
      user,
      password,
      dbname: 'postgres',
      ssl: false,
      default_replication_method: wanted,
    }
    const body = { type: 'platform.hp-postgres', display_name: `By ${wanted}`, properties }
    const { id } = (await account.call('POST', '/v4/sources', body)).as(source.pick({ id: true }))
    await finishedCheck(account, id)
    const matching = [
      { q: 'touched', selected: true },
      { q: 'odd table', selected: true },
    ]
    for (const one of matching)
      await account.call('PUT', `/v4/sources/${id}/streams/selection`, { matching: [one] })
    const file = (await account.call('GET', `/v4/sources/${id}/catalog`)).as(catalogFile)
    return ['touched', 'odd "table"'].map((name) => {
      const own = file.streams
        .find((one) => one.stream === name)
        ?.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)
      return own?.metadata['replication-method']
    })
  }
  expect(await methodsOf('FULL_TABLE')).toEqual(['FULL_TABLE', 'FULL_TABLE'])
  expect(await methodsOf('INCREMENTAL')).toEqual(['INCREMENTAL', 'FULL_TABLE'])
  expect(await methodsOf('LOG_BASED')).toEqual(['LOG_BASED', 'LOG_BASED'])
})

describe('a tap with our two files', () => {
  let first: Message[]
  let second: Message[]
  let state: State

  beforeAll(async () => {
    first = await runTap(config, catalog, {})
    state = first.at(-1)!.value!
    for (const [type, [, , third]] of Object.entries(keys)) {
      await server.query(`insert into "${eventsOf(type)}" values (3, '${third}', 'new')`)
    }
    second = await runTap(config, catalog, state)
  })

  it('is given every type, and what it is given of them is valid', () => {
    expect(Object.keys(stream('every_type').schema.properties)).toHaveLength(columnsOfEveryType)
    expect(columnsOfEveryType).toBeGreaterThan(200)
    const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 })
    formats.default(ajv)
    for (const messages of [first, second]) {
      for (const { stream: name = '', schema = {} } of messages.filter(({ type }) => type === 'SCHEMA')) {
        const isValid = ajv.compile(schema)
        for (const record of recordsOf(messages, name)) {
          expect([isValid(record), isValid.errors]).toEqual([true, null])
        }
      }
    }
    expect(recordsOf(first, 'every_type')).toHaveLength(2)
  })

  it('sends exactly what is selected', () => {
    for (const { stream: name, metadata } of catalog.streams) {
      const selected = metadata.flatMap(({ breadcrumb: [, field], metadata: { inclusion, selected } }) =>
        field !== undefined && (inclusion === 'automatic' || selected === true) ? [field] : [],
      )
      for (const record of recordsOf(first, name)) expect(Object.keys(record).sort()).toEqual(selected.sort())
    }
    expect(recordsOf(first, 'names')).toEqual([
      JSON.parse('{"id": 1, "__proto__": "p", "constructor": "c", "toString": "t", "a \\"b\\"": "ab"}'),
    ])
  })

  it.each(Object.keys(keys))('brings only what is new the second time, by a key of the type %s', (type) => {
    const notes = (messages: Message[]) => recordsOf(messages, eventsOf(type)).map(({ note }) => note)
    expect(notes(first)).toEqual(['old', 'last', 'never'])
    // The last one again: another may have its time.
    expect(notes(second)).toEqual(['last', 'new'])
  })

  it('brings the rest whole each time, under a method that the tap knows', () => {
    for (const name of ['every_type', 'modified', 'names', 'looks']) {
      expect(recordsOf(second, name)).toEqual(recordsOf(first, name))
      expect(recordsOf(second, name)).not.toEqual([])
    }
  })
})
