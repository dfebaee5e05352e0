import { afterAll, beforeAll } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { describeTunnel } from '../ssh/tunnel-contract.testing.ts'
import { hpPostgres } from './connector.ts'

let plain: PostgresServer
let encrypted: PostgresServer
const password = 'password of the reader'

beforeAll(async () => {
  ;[plain, encrypted] = await Promise.all([startPostgres(), startPostgres({ ssl: true })])
  for (const server of [plain, encrypted]) {
    await server.query(`create role reader login password '${password}';
      create table orders (id integer primary key); create table people (id integer primary key);
      grant select on orders, people to reader`)
  }
})
afterAll(() => Promise.all([plain?.stop(), encrypted?.stop()]))

const at = ({ host, port }: PostgresServer, settings: Record<string, string>) => ({
  host,
  port: String(port),
  dbname: 'postgres',
  user: 'reader',
  password,
  ...settings,
})

describeTunnel(hpPostgres, {
  plain: () => at(plain, { ssl: 'disable' }),
  verified: () =>
    at(encrypted, {
      host: 'localhost',
      ssl: 'verify-full',
      ssl_ca_certificate: encrypted.caCertificate ?? '',
    }),
  query: 'from pg_namespace',
  ids: ['postgres-public-orders', 'postgres-public-people'],
  async sessions() {
    const counts = await Promise.all(
      [plain, encrypted].map((server) =>
        server.query(`select count(*)::int as count from pg_stat_activity where application_name = 'Bobbin'`),
      ),
    )
    return counts.reduce((sum, [row]) => sum + Number(row?.['count']), 0)
  },
})
