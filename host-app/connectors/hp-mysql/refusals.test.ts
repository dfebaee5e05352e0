import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMariadb, startMysql, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { startPostgres } from '../../../scripts/postgres-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'
import {
  greeting,
  ok,
  packet,
  refusal,
  startFakeServer,
  startHostileServer,
} from './hostile-server.testing.ts'

const password = 'pass word'
let mariadb: MysqlServer
let mysql: MysqlServer
beforeAll(async () => {
  ;[mariadb, mysql] = await Promise.all([
    startMariadb({ settings: { plugin_load_add: 'auth_ed25519', max_connections: '10' } }),
    startMysql(),
  ])
}, 300_000)
afterAll(() => Promise.all([mariadb?.stop(), mysql?.stop()]))

async function check(server: { host: string; port: number }, settings: Record<string, string>) {
  const { error } = await runConnector(hpMysql, at(server, { password, ...settings }))
  return error
}

describe('MariaDB', () => {
  it.each([
    [
      'a locked account',
      `create user a identified by 'pass word' account lock`,
      'CredentialsRejected',
      'user',
    ],
    [
      'a password that has expired',
      `create user a identified by 'pass word' password expire`,
      'CredentialsRejected',
      'password',
    ],
    [
      'an account without a password',
      `create user a identified via unix_socket`,
      'CredentialsRejected',
      'user',
    ],
    [
      'an account of another machine',
      `create user a@'192.0.2.1' identified by 'pass word'`,
      'CredentialsRejected',
      'password',
    ],
    [
      'an account that needs TLS',
      `create user a identified by 'pass word' require ssl`,
      'CredentialsRejected',
      'password',
    ],
  ])('tells %s', async (_, sql, code, field) => {
    await mariadb.query(sql)
    const error = await check(mariadb, { user: 'a' })
    await mariadb.query(`delete from mysql.global_priv where user = 'a'; flush privileges`)
    expect(error).toMatchObject({ code, field, detail: expect.any(String) })
  })

  it('tells that the account has used up what it may use', async () => {
    await mariadb.query(`create user a identified by 'pass word' with max_connections_per_hour 1`)
    await check(mariadb, { user: 'a' })
    expect(await check(mariadb, { user: 'a' })).toMatchObject({ code: 'TooManyConnections' })
    await mariadb.query(`drop user a`)
  })

  it('lets in by ed25519', async () => {
    await mariadb.query(
      `create user signer identified via ed25519 using password('Pass wörd'); create database shop;
       create table shop.t (id int); grant select on shop.* to signer`,
    )
    expect(await check(mariadb, { user: 'signer', password: 'Pass wörd' })).toBeNull()
    expect(await check(mariadb, { user: 'signer', password: 'pass word' })).toMatchObject({
      code: 'CredentialsRejected',
      field: 'password',
    })
  })
})

describe('MySQL', () => {
  it('tells a password that has expired', async () => {
    await mysql.query(`create user a identified by 'pass word'; alter user a password expire`)
    expect(await check(mysql, { user: 'a' })).toMatchObject({
      code: 'CredentialsRejected',
      field: 'password',
      detail: expect.stringContaining('expired'),
    })
  })

  it('tells that our address is not let in', async () => {
    await mysql
      .query(
        `create user b@'192.0.2.1' identified by 'pass word'; drop user a;
      rename user root@'127.0.0.1' to root@'127.0.0.2'; flush privileges`,
      )
      .catch(() => {})
    expect(await check(mysql, { user: 'b' })).toMatchObject({ code: 'PermissionDenied', field: 'host' })
  })
})

it('tells that a server lets in over TLS only', async () => {
  const says = [greeting(), refusal(2, 3159, 'Connections using insecure transport are prohibited')]
  const server = await startHostileServer({ says })
  const error = await check({ host: '127.0.0.1', port: server.port }, {})
  server.close()
  expect(error).toMatchObject({ code: 'TlsRequired', field: 'ssl' })
})

it('tells that PostgreSQL answers at the port', async () => {
  const server = await startPostgres()
  const error = await check(server, { connect_timeout: '1' })
  await server.stop()
  expect(error).toMatchObject({
    code: 'ConnectionRefused',
    field: 'port',
    detail: expect.stringContaining('is PostgreSQL'),
  })
})

it('gives a server that is slow to greet no other name', async () => {
  const server = await startFakeServer((socket) => void socket.once('data', () => socket.write(greeting())))
  const error = await check({ host: '127.0.0.1', port: server.port }, { connect_timeout: '1' })
  server.close()
  expect(error).toMatchObject({ code: 'ConnectionTimeout', field: 'host' })
})

describe('what a server says before it greets, or instead', () => {
  it.each([
    [1040, 'Too many connections', 'TooManyConnections', null],
    [1129, 'Host is blocked', 'PermissionDenied', 'host'],
    [1130, 'Host is not allowed', 'PermissionDenied', 'host'],
    [1053, 'Server shutdown in progress', 'ConnectionLost', null],
    [1, 'Nobody knows', 'SignInRefused', 'user'],
  ])('%i: %s', async (number, words, code, field) => {
    // As it comes before client and server know each other: without a state.
    const body = Buffer.concat([Buffer.from([0xff, number & 255, number >> 8]), Buffer.from(words)])
    const server = await startHostileServer({ says: [packet(0, body)] })
    const error = await check({ host: '127.0.0.1', port: server.port }, {})
    server.close()
    expect(error).toMatchObject({ code, field, detail: expect.stringContaining(words) })
  })
})

it('never repeats the password that a server puts into its words', async () => {
  for (const words of [password, encodeURIComponent(password), Buffer.from(password).toString('base64')]) {
    const says = [greeting(), refusal(2, 1045, `Your password ${words} is wrong`, '28000')]
    const server = await startHostileServer({ says })
    const error = await check({ host: '127.0.0.1', port: server.port }, {})
    server.close()
    expect(error).toMatchObject({ code: 'CredentialsRejected', cause: undefined })
    expect(JSON.stringify(error)).not.toContain(words)
  }
})

it('reads once more when the connection was lost while reading, and no more than that', async () => {
  const says = [greeting(), ok(2), ok(1), ok(1), ok(1), refusal(1, 1927, 'Connection was killed')]
  const server = await startHostileServer({ says })
  const run = await runConnector(hpMysql, at({ host: '127.0.0.1', port: server.port }))
  server.close()
  expect(run.error).toMatchObject({ code: 'ConnectionLost' })
  expect(run.lines.filter((line) => line.includes('reading once more'))).toHaveLength(1)
})
