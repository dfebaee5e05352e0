import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { columnSchema } from './column-schema.ts'
import { createColumnTypes, type ColumnType, type ColumnTypes } from './column-types.ts'

/** Whatever of these the server has brings types of its own. */
const extensions = ['citext', 'cube', 'hstore', 'intarray', 'isn', 'lo', 'ltree', 'pg_trgm', 'seg']

/** What is made of types, and a base type in the manner of extensions that are not to be had here. */
const types = `
  create schema elsewhere;
  create type elsewhere.mood as enum ('glad', 'sad');
  create type elsewhere."Odd Mood" as enum ('glad');
  create type elsewhere.address as (street text, city text);
  create type elsewhere.span as range (subtype = float8);
  create domain elsewhere.email as text;
  create domain elsewhere.work_email as elsewhere.email not null;
  create domain elsewhere.price as numeric(10, 2);
  create domain elsewhere.moment as timestamptz(3);
  create domain elsewhere.prices as elsewhere.price[];
  create domain elsewhere.moods as elsewhere.mood[];
  create domain elsewhere.flag as bit;
  create schema vectors;
  create type vectors.vector;
  create function vectors.vector_in(cstring) returns vectors.vector as 'textin' language internal immutable strict;
  create function vectors.vector_out(vectors.vector) returns cstring as 'textout' language internal immutable strict;
  create type vectors.vector (input = vectors.vector_in, output = vectors.vector_out, like = text);
  create type elsewhere.uuid;
  create function elsewhere.uuid_in(cstring) returns elsewhere.uuid as 'textin' language internal immutable strict;
  create function elsewhere.uuid_out(elsewhere.uuid) returns cstring as 'textout' language internal immutable strict;
  create type elsewhere.uuid (input = elsewhere.uuid_in, output = elsewhere.uuid_out, like = text);
`

interface Row {
  oid: string
  name: string
  kind: string
  schema: string
}

let server: PostgresServer
let client: pg.Client
let all: Row[]
let described: ColumnTypes

beforeAll(async () => {
  server = await startPostgres()
  await server.query(types)
  for (const name of extensions) await server.query(`create extension ${name} schema elsewhere`)
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
  all = await rowsOf(`
    select t.oid::text as oid, t.typname as name, t.typtype as kind, n.nspname as schema
    from pg_type t join pg_namespace n on n.oid = t.typnamespace`)
  await client.query('set search_path = pg_catalog')
  const query = async (sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows
  described = createColumnTypes({ query, close: async () => {} })
  await described.load(all.map(({ oid }) => oid))
})
afterAll(async () => {
  await client?.end()
  await server?.stop()
})

async function rowsOf<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows
}

function named(schema: string, name: string): ColumnType {
  const row = all.find((one) => one.schema === schema && one.name === name)
  if (!row) throw new Error(`There is no type ${name}`)
  return described.of(row.oid)
}

it('names every type of the server as it does itself where it need not say the schema', async () => {
  const wanted = new Map<string, string>()
  for (const schema of new Set(all.map((row) => row.schema))) {
    await client.query(`set search_path = ${schema}, pg_catalog`)
    const inSchema = all.filter((row) => row.schema === schema && row.kind !== 'd')
    // An own type that is called as one of PostgreSQL's would be hidden, were pg_catalog not behind.
    const names = await client.query<{ oid: string; name: string }>(
      'select o::text as oid, format_type(o, null) as name from unnest($1::oid[]) o',
      [inSchema.map(({ oid }) => oid)],
    )
    for (const { oid, name } of names.rows) wanted.set(oid, name)
  }
  // Which type the values of a domain have, the server says with them.
  await client.query('set search_path = pg_catalog, elsewhere')
  for (const { oid, schema, name } of all.filter((row) => row.kind === 'd')) {
    const { fields } = await client.query(
      `select a."${name}" from (select null::${schema}."${name}" where false) a ("${name}")`,
    )
    const names = await client.query<{ name: string }>('select format_type($1, null) as name', [
      fields[0]?.dataTypeID,
    ])
    wanted.set(oid, names.rows[0]?.name ?? '')
  }
  expect(wanted.size).toBeGreaterThan(600)
  const found = Object.fromEntries(all.map(({ oid }) => [oid, described.of(oid).sql_type]))
  expect(found).toEqual(Object.fromEntries(wanted))
})

it.each([
  ['pg_catalog', '_int4', 'integer[]'],
  ['pg_catalog', 'timestamptz', 'timestamp with time zone'],
  ['pg_catalog', 'bpchar', 'character'],
  ['pg_catalog', 'char', '"char"'],
  ['pg_catalog', 'bit', 'bit'],
  ['pg_catalog', '_varchar', 'character varying[]'],
  ['pg_catalog', 'int2vector', 'int2vector'],
  ['elsewhere', 'hstore', 'hstore'],
  ['elsewhere', '_hstore', 'hstore[]'],
  ['elsewhere', 'citext', 'citext'],
  ['elsewhere', 'mood', 'mood'],
  ['elsewhere', '_mood', 'mood[]'],
  ['elsewhere', 'Odd Mood', '"Odd Mood"'],
  ['elsewhere', 'address', 'address'],
  ['elsewhere', 'span', 'span'],
  ['elsewhere', 'work_email', 'text'],
  ['elsewhere', 'moment', 'timestamp with time zone'],
  ['elsewhere', 'flag', 'bit'],
  ['elsewhere', 'moods', 'mood[]'],
  ['elsewhere', '_email', 'email[]'],
  ['elsewhere', 'prices', 'price[]'],
  ['vectors', 'vector', 'vector'],
])('names %s.%s %s', (schema, name, sqlType) => {
  expect(named(schema, name).sql_type).toBe(sqlType)
})

/** `numeric(p, s)` and lengths as `pg_attribute.atttypmod` has them. */
const numeric = (precision: number, scale: number) => ((precision << 16) | (scale & 0x7ff)) + 4
const modifiers = [
  -1,
  0,
  1,
  3,
  4,
  5,
  8,
  104,
  65_535,
  numeric(10, 2),
  numeric(1000, 500),
  numeric(1000, 1000),
  numeric(3, -2),
  numeric(1000, -1000),
  numeric(3, 5),
  numeric(100, 38),
  2 ** 31 - 1,
]

it('describes every type by a valid JSON Schema, whatever its modifier, or says that it cannot be had', () => {
  const validator = new Ajv({ strict: true, allowUnionTypes: true })
  formats.default(validator)
  const schemas = new Set<string>()
  for (const { oid } of all) {
    for (const modifier of modifiers) {
      for (const dimensions of [0, 1, 3]) {
        const type = described.of(oid)
        const result = columnSchema({ ...type, modifier, dimensions, may_read: true })
        if (!result.isSupported) continue
        const sent = JSON.stringify(result.schema)
        // As it is stored and sent: JSON has no infinity.
        if (!schemas.has(sent)) expect(JSON.parse(sent)).toEqual(result.schema)
        schemas.add(sent)
      }
    }
  }
  // Declared dimensions make no difference.
  expect(schemas.size).toBeGreaterThan(55)
  for (const sent of schemas) {
    const schema: object = JSON.parse(sent)
    expect([sent, validator.validateSchema(schema)]).toEqual([sent, true])
    validator.compile(schema)
  }
})

it.each([
  [numeric(1000, 500), undefined],
  [numeric(1000, 39), undefined],
  [numeric(1000, -1000), undefined],
  [numeric(100, 38), 1e-38],
  [numeric(10, 2), 0.01],
  [numeric(3, 5), 0.00001],
  [numeric(3, -2), 100],
  [-1, undefined],
])('says of what a number is a multiple where a number of JSON can be it: %i', (modifier, multipleOf) => {
  const result = columnSchema({ ...named('pg_catalog', 'numeric'), modifier, dimensions: 0, may_read: true })
  expect(result).toMatchObject({ isSupported: true })
  expect(result.isSupported && result.schema['multipleOf']).toBe(multipleOf)
})

it.each([
  ['elsewhere', '_email'],
  ['elsewhere', '_price'],
  ['elsewhere', 'prices'],
  ['pg_catalog', '_macaddr8'],
  ['pg_catalog', 'int2vector'],
  ['elsewhere', 'uuid'],
  ['vectors', '_vector'],
])('does not offer %s.%s, which taps garble or refuse', (schema, name) => {
  const type = named(schema, name)
  expect(columnSchema({ ...type, dimensions: 1, may_read: true }).isSupported).toBe(false)
})
