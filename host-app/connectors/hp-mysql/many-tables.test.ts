import { discoveredStream } from '@bobbin/shared/catalog'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ofSoak } from '../../../scripts/soak-size.mjs'
import { startMariadb, startMysql, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { createTestProcesses } from '../../server/testing/processes.testing.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'

const tables = ofSoak(500, 10_000)
/** Of two tables each. */
const databases = ofSoak(40, 1_000)
const runner = createTestProcesses()
let mariadb: MysqlServer
let mysql: MysqlServer

beforeAll(async () => {
  ;[mariadb, mysql] = await Promise.all([
    startMariadb({ settings: { innodb_flush_log_at_trx_commit: '0' } }),
    startMysql({ settings: { innodb_flush_log_at_trx_commit: '0' } }),
  ])
  await Promise.all([fill(mariadb), fill(mysql)])
}, 900_000)
afterAll(async () => {
  await runner.close()
  await Promise.all([mariadb?.stop(), mysql?.stop()])
})

/** Tables of twenty columns each, without a storage engine that makes a file of megabytes of each. */
async function fill(server: MysqlServer): Promise<void> {
  await server.query(`create database many; create user reader identified by 'reader-password';
    grant select on many.* to reader`)
  const columns = Array.from({ length: 19 }, (_, index) => `column_${index} varchar(${40 + index})`)
  for (let from = 0; from < tables; from += 500) {
    const statements = Array.from({ length: Math.min(500, tables - from) }, (_, index) => {
      const name = `table_${String(from + index).padStart(5, '0')}`
      return `create table ${name} (id int primary key, ${columns.join(', ')}) engine = myisam`
    })
    await server.query(statements.join(';'), 'many')
  }
}

describe.each([
  ['MariaDB', () => mariadb],
  ['MySQL', () => mysql],
])('many tables of %s', (_, server) => {
  it('are found in little memory, all of them once and in order', async () => {
    const { settings } = at(server())
    const names: string[] = []
    const startedAt = performance.now()
    await runner.run(
      { type: 'platform.hp-mysql', calls: 'check', settings, grant: null },
      {
        phase() {},
        log() {},
        unnamed() {},
        stream(found) {
          names.push(discoveredStream.parse(found).stream)
          return Promise.resolve()
        },
      },
      AbortSignal.timeout(600_000),
    )
    const seconds = (performance.now() - startedAt) / 1000
    process.stdout.write(`${tables} tables in ${seconds.toFixed(1)} s\n`)
    expect(names).toHaveLength(tables)
    expect(names).toEqual(names.toSorted())
    expect(new Set(names).size).toBe(tables)
  })

  it('come as they are read, and stop when nobody wants more', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const run = await runConnector(hpMysql, at(server()), {
      signal: abort.signal,
      onStream: () => abort.abort(reason),
    })
    expect(run).toMatchObject({ error: reason, streams: { length: 1 } })
  })
})

it('many small databases are found, each with its own', async () => {
  const names = Array.from({ length: databases }, (_, index) => `tenant_${String(index).padStart(4, '0')}`)
  for (const name of names) {
    await mariadb.query(`create database ${name}; create table ${name}.orders (id int primary key) engine = myisam;
      create table ${name}.people (name varchar(9)) engine = myisam; grant select on ${name}.* to tenants
      identified by 'reader-password'`)
  }
  const run = await runConnector(hpMysql, at(mariadb, { user: 'tenants' }))
  expect(run.error).toBeNull()
  expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(
    names.flatMap((name) => [`${name}-orders`, `${name}-people`]),
  )
  expect(run.lines.filter((line) => line.startsWith('Database'))).toHaveLength(Math.min(databases, 50))
})
