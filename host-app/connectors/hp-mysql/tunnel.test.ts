import { afterAll, beforeAll } from 'vitest'
import { startMariadb, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { describeTunnel } from '../ssh/tunnel-contract.testing.ts'
import { hpMariadb } from './connector.ts'

let server: MysqlServer
const password = 'password of the reader'

beforeAll(async () => {
  server = await startMariadb({ ssl: true })
  await server.query(`create database shop; create table shop.orders (id int primary key);
    create table shop.people (id int primary key);
    create user reader identified by '${password}'; grant select on shop.* to reader`)
}, 300_000)
afterAll(() => server?.stop())

const at = (settings: Record<string, string>) => ({
  host: server.host,
  port: String(server.port),
  user: 'reader',
  password,
  ...settings,
})

describeTunnel(hpMariadb, {
  plain: () => at({ ssl: 'disable' }),
  verified: () => at({ host: 'localhost', ssl: 'verify-full', ssl_ca: server.caCertificate ?? '' }),
  query: 'information_schema.TABLES',
  ids: ['shop-orders', 'shop-people'],
  async sessions() {
    const open = `select id from information_schema.processlist where user = 'reader'`
    return (await server.query(open)).length
  },
})
