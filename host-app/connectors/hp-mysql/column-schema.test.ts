import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMariadb, startMysql, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { columnSchema } from './column-schema.ts'
import { readShape } from './column-shape.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'

let mariadb: MysqlServer
let mysql: MysqlServer
beforeAll(async () => {
  ;[mariadb, mysql] = await Promise.all([startMariadb(), startMysql()])
}, 300_000)
afterAll(() => Promise.all([mariadb?.stop(), mysql?.stop()]))

const nullable = (type: string, rest: object = {}) => ({ type: ['null', type], ...rest })
const integer = (minimum: number, maximum: number) => nullable('integer', { minimum, maximum })
const dateTime = nullable('string', { format: 'date-time' })
const spatial = { type: ['null', 'object', 'array'], format: 'spatial' }
/** Not to be had; the text of its reason. */
type Expected = object | string

/** Definitions as in SQL, and what a tap sends for them. */
const common: Readonly<Record<string, Expected>> = {
  tinyint: integer(-128, 127),
  'tinyint unsigned': integer(0, 255),
  'tinyint(1)': nullable('boolean'),
  boolean: nullable('boolean'),
  smallint: integer(-32_768, 32_767),
  'mediumint unsigned zerofill': integer(0, 16_777_215),
  int: integer(-2_147_483_648, 2_147_483_647),
  'int unsigned': integer(0, 4_294_967_295),
  bigint: integer(-(2 ** 63), 2 ** 63),
  'bigint unsigned': integer(0, 2 ** 64),
  'bigint not null': { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 },
  'decimal(10,2)': nullable('number', { multipleOf: 0.01 }),
  'decimal(65,30) unsigned': nullable('number', { multipleOf: 1e-30, minimum: 0 }),
  decimal: nullable('number', { multipleOf: 1 }),
  float: nullable('number'),
  'double unsigned': nullable('number', { minimum: 0 }),
  'char(3)': nullable('string', { maxLength: 3 }),
  'varchar(40) character set latin1': nullable('string', { maxLength: 40 }),
  'varchar(40) not null': { type: 'string', maxLength: 40 },
  tinytext: nullable('string', { maxLength: 255 }),
  longtext: nullable('string', { maxLength: 4_294_967_295 }),
  "enum('a','b|c','d''e')": nullable('string', { maxLength: 3 }),
  date: dateTime,
  datetime: dateTime,
  // A date of noughts comes as null.
  'datetime(6) not null': dateTime,
  'date not null': dateTime,
  'timestamp null': dateTime,
  'time(3)': nullable('string'),
  'binary(3)': nullable('string', { format: 'binary' }),
  'varbinary(10)': nullable('string', { format: 'binary' }),
  'bit(1)': nullable('boolean'),
  'bit(8)': 'a single yes or no',
  year: 'type \u2068year\u2069',
  "set('a','b')": 'type \u2068set\u2069',
  blob: 'type \u2068blob\u2069',
  longblob: 'type \u2068longblob\u2069',
  geometry: spatial,
  point: spatial,
  geometrycollection: spatial,
}

const ofMariadb: Readonly<Record<string, Expected>> = {
  json: nullable('string', { maxLength: 4_294_967_295 }),
  uuid: 'type \u2068uuid\u2069',
  inet6: 'type \u2068inet6\u2069',
  'int as (1 + 1) virtual': integer(-2_147_483_648, 2_147_483_647),
  'int as (1 + 1) stored': integer(-2_147_483_648, 2_147_483_647),
}

async function found(server: MysqlServer, types: Readonly<Record<string, Expected>>) {
  const columns = Object.keys(types).map((type, index) => `c${index} ${type}`)
  await server.query(`drop database if exists kinds; create database kinds;
    create table kinds.kinds (${columns.join(', ')})`)
  const run = await runConnector(hpMysql, at(server, { user: 'root', password: server.password }))
  expect(run.error).toBeNull()
  const [stream] = run.streams
  const fields = new Map(stream?.metadata.map(({ breadcrumb, metadata }) => [breadcrumb[1], metadata]))
  return Object.fromEntries(
    Object.keys(types).map((type, index) => {
      const reason = fields.get(`c${index}`)?.['unsupported-description']
      return [type, reason ?? stream?.schema.properties[`c${index}`]]
    }),
  )
}

const asExpected = (types: Readonly<Record<string, Expected>>) =>
  Object.fromEntries(
    Object.entries(types).map(([type, expected]) => [
      type,
      typeof expected === 'string' ? expect.stringContaining(expected) : expected,
    ]),
  )

describe('the types of columns', () => {
  it('are those of a tap, on MariaDB', async () => {
    const types = { ...common, ...ofMariadb }
    expect(await found(mariadb, types)).toEqual(asExpected(types))
  })

  it('are those of a tap, on MySQL', async () => {
    expect(await found(mysql, common)).toEqual(asExpected(common))
  })

  it('are understood as MySQL 8 writes them, without widths', () => {
    const of = (text: string) => columnSchema(readShape(text))
    expect(of('int|1||0||1|0|int unsigned')).toMatchObject({ schema: integer(0, 4_294_967_295) })
    expect(of('json|1||||1|0|json')).toMatchObject({ schema: { type: ['null', 'object', 'array'] } })
    expect(of('geomcollection|1||||1|0|geomcollection')).toMatchObject({ schema: spatial })
    expect(of('vector|1||||1|0|vector(3)')).toMatchObject({ isSupported: false })
  })
})

it('leaves to the person whether a column comes that `select *` leaves out', async () => {
  await mariadb.query(`drop database if exists kinds; create database kinds;
    create table kinds.shy (id int primary key invisible default 1, note text invisible, open text)`)
  const run = await runConnector(hpMysql, at(mariadb, { user: 'root', password: mariadb.password }))
  const chosen = run.streams[0]?.metadata.map(({ breadcrumb, metadata }) => [
    breadcrumb[1] ?? '',
    metadata['inclusion'],
    metadata['selected-by-default'],
  ])
  expect(chosen).toEqual([
    ['', undefined, false],
    ['id', 'automatic', false],
    ['note', 'available', false],
    ['open', 'available', true],
  ])
})

it('offers as replication keys what has an order: whole numbers and dates', async () => {
  await mariadb.query(`drop database if exists kinds; create database kinds;
    create table kinds.orders (id int, flag tinyint(1), price decimal(4,2), at datetime, day date, code char(3))`)
  const run = await runConnector(hpMysql, at(mariadb, { user: 'root', password: mariadb.password }))
  expect(run.streams[0]?.metadata[0]?.metadata['valid-replication-keys']).toEqual(['id', 'at', 'day'])
})
