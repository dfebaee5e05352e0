import type { Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMariadb, startMysql, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMariadb, hpMysql } from './connector.ts'
import { at, portOf, silentServer } from './fixtures.testing.ts'
import { oddStreamIds, seedOddDatabases } from './odd-databases.testing.ts'

let mariadb: MysqlServer
let mysql: MysqlServer
let silent: Server

beforeAll(async () => {
  ;[mariadb, mysql, silent] = await Promise.all([startMariadb(), startMysql(), silentServer()])
  await Promise.all([seedOddDatabases(mariadb), seedOddDatabases(mysql)])
}, 300_000)

afterAll(async () => {
  silent?.close()
  await Promise.all([mariadb?.stop(), mysql?.stop()])
})

describe.each([
  ['MariaDB', () => mariadb],
  ['MySQL', () => mysql],
])('the odd databases of %s', (_, server) => {
  it('are found, all that may be read of them and nothing else', async () => {
    const run = await runConnector(hpMysql, at(server()))
    expect(run.error).toBeNull()
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(oddStreamIds)
    const words = run.lines.join('\n')
    expect(words).toMatch(
      /Database \S*odd\S*: 10 tables and views; 1 left out: the user has no SELECT right on them; 1 left out: they are views that cannot be opened\./,
    )
    expect(words).toMatch(/Database \S*empty_one\S*: 0 tables and views\./)
    expect(words).toContain('Found 13 tables and views.')
    expect(words).not.toContain('hidden')
  })

  it('have the keys that the server goes by, in their order', async () => {
    const { streams } = await runConnector(hpMysql, at(server(), { filter_dbs: ' odd ' }))
    const keys = streams.map(({ stream, metadata }) => [
      stream,
      metadata[0]?.metadata['table-key-properties'],
    ])
    expect(Object.fromEntries(keys)).toMatchObject({
      orders: ['shop', 'number'],
      unique_only: ['code'],
      by_prefix: [],
      without_key: [],
      blob_key: ['id'],
      year_key: [],
      in_part: [],
      some_orders: [],
    })
  })

  it('are of one database where one is named, or a filter names it', async () => {
    const ids = async (settings: Record<string, string>) =>
      (await runConnector(hpMysql, at(server(), settings))).streams.map(({ tap_stream_id: id }) => id)
    expect(await ids({ dbname: 'a' })).toEqual(['a-b-c', 'a-other'])
    expect(await ids({ filter_dbs: 'a, a-b' })).toEqual(['`a`-b-c', 'a-other', '`a-b`-c'])
    expect(await ids({ dbname: 'a', filter_dbs: 'a-b' })).toEqual(['a-b-c'])
  })

  it('are left at once when the check is aborted while the server is silent, or works', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(hpMysql, at(server(), { port: String(portOf(silent)) }), abort)
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    await runConnector(hpMysql, at(server()))
    const left = () => server().query(`select id from information_schema.processlist where user = 'reader'`)
    await expect.poll(left, { timeout: 60_000 }).toEqual([])
  })
})

describe('what a tap is given', () => {
  const settings = { host: '[::1]', user: 'reader', password: 'x', ssl: 'verify-full', server_id: '7' }

  it('is the config of tap-mysql', () => {
    expect(hpMysql.config?.({ settings, grant: null })).toEqual({
      host: '::1',
      port: '3306',
      user: 'reader',
      password: 'x',
      ssl: 'true',
      verify_mode: 'true',
      check_hostname: 'true',
      server_id: '7',
    })
  })

  it('says which engine it is, where it is MariaDB, and looks at the one database', () => {
    const one = { ...settings, ssl: 'disable', dbname: 'shop' }
    expect(hpMariadb.config?.({ settings: one, grant: null })).toEqual({
      host: '::1',
      port: '3306',
      user: 'reader',
      password: 'x',
      ssl: 'false',
      server_id: '7',
      database: 'shop',
      filter_dbs: 'shop',
      engine: 'mariadb',
    })
  })
})
