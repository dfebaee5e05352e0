import { type AddressInfo, createServer } from 'node:net'
import { startPostgres } from '../../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../../server/edges/outbound/outbound.ts'
import { contractOf, type Failure } from '../../connector-contract.testing.ts'
import { connector } from './connector.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const password = 'right-and-secret'

/** Servers that answer, that answer over TLS alone, and that never answer. */
async function open() {
  const [server, encrypted] = await Promise.all([startPostgres(), startPostgres({ ssl: true })])
  const statements = `
    create role reader login password '${password}';
    create table orders (id integer primary key, total numeric, note text not null);
    create table salaries (id integer primary key);
    grant select on orders to reader`
  await Promise.all([server.query(statements), encrypted.query(statements)])
  let connections = 0
  const silent = createServer((socket) => {
    socket.on('error', () => {})
    connections += 1
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port: silentPort } = silent.address() as AddressInfo
  const at = (port: number, more: Record<string, string> = {}) => ({
    settings: {
      ...{
        host: '127.0.0.1',
        port: String(port),
        dbname: 'postgres',
        user: 'reader',
        password,
        ssl: 'disable',
      },
      ...more,
    },
    grant: null,
    ...outbound,
  })
  return {
    working: (more: Record<string, string> = {}) => at(server.port, more),
    overTls: (more: Record<string, string>) => at(encrypted.port, more),
    silent: () => {
      const before = connections
      return { situation: at(silentPort), isAsked: () => connections > before }
    },
    async close() {
      silent.close()
      await Promise.all([server.stop(), encrypted.stop()])
    },
  }
}

export const contract = contractOf(connector, open, (scene) => {
  const failure = (code: Failure['code'], field: string, more: Record<string, string>): Failure => ({
    ...{ code, field },
    situation: () => scene().working(more),
  })
  return {
    example: {
      host: 'db.example.com',
      port: '5432',
      dbname: 'shop',
      user: 'reader',
      password,
      ssl: 'require',
    },
    junk: { host: ['', 'postgres://db', 'db:5432'], port: ['0', '65536'], ssl: ['', 'perhaps'] },
    working: () => scene().working(),
    silent: () => scene().silent(),
    secrets: () => [password, 'wrong-and-secret'],
    closed: {
      situation: () => scene().working(),
      access: { 'public-salaries': { reason: 'not_permitted' } },
    },
    failures: {
      'a wrong password': failure('CredentialsRejected', 'password', { password: 'wrong-and-secret' }),
      'a database that there is not': failure('DatabaseNotFound', 'dbname', { dbname: 'nothing' }),
      'a closed port': failure('ConnectionRefused', 'host', { port: '1' }),
      'an unknown host': failure('HostNotFound', 'host', { host: 'nowhere.invalid' }),
      'a server without TLS': failure('TlsNotSupported', 'ssl', { ssl: 'require' }),
      'a certificate that nobody vouches for': {
        ...{ code: 'TlsUntrusted', field: 'ssl' },
        situation: () => scene().overTls({ ssl: 'verify-full', host: 'localhost' }),
      },
      'a private address': {
        ...{ code: 'AddressNotAllowed', field: 'host' },
        situation: () => ({ ...scene().working(), ...createOutbound({ allowPrivateNetworks: false }) }),
      },
    },
  }
})
