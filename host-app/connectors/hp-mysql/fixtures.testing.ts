import { createServer, type Server } from 'node:net'
import type { MysqlServer } from '../../../scripts/mysql-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { ConnectorFixtures, Failure, Situation } from '../connector-contract.testing.ts'
import { oddReader } from './odd-databases.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })

export function situation(settings: Record<string, string>): Situation {
  return { settings, grant: null, ...outbound }
}

/** As `reader`, without encryption, unless the settings say otherwise. */
export function at(server: { host: string; port: number }, settings: Record<string, string> = {}): Situation {
  const { host, port } = server
  return situation({ host, port: String(port), ssl: 'disable', ...oddReader, ...settings })
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Accepts connections and says nothing. */
export const silentServer = () => listen(createServer((socket) => void socket.on('error', () => {})))

/** Answers whatever it is asked with HTTP. */
export const webServer = () =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    }),
  )

interface Others {
  readonly silent: Server
  readonly web: Server
}

/** What every server with the odd databases is met with. */
export function oddFixtures(server: () => MysqlServer, others: () => Others): ConnectorFixtures {
  const odd = (settings: Record<string, string> = {}) => at(server(), settings)
  const failure = (
    code: Failure['code'],
    field: string | null,
    settings: Record<string, string>,
  ): Failure => ({
    code,
    field,
    situation: () => odd(settings),
  })
  return {
    example: {
      host: 'db.example.com',
      port: '3306',
      dbname: 'shop',
      user: 'reader',
      password: 'x',
      ssl: 'verify-full',
      server_id: '4711',
    },
    options: { dbname: ['odd'] },
    junk: {
      host: ['', 'mysql://db', 'db.example.com:3306', '/var/run/mysqld', 'a b', 'user@db'],
      port: ['', '0', '65536', '33x6', '-1', '03306'],
      dbname: [''],
      user: [''],
      password: [''],
      ssl: ['', 'prefer', 'true'],
      ssl_ca: ['', 'not a certificate'],
      server_id: ['', '0', '-1', 'one'],
      connect_timeout: ['0', '121', '1.5'],
    },
    working: () => odd(),
    secrets: () => [oddReader.password, server().password, 'a wrong password'],
    failures: {
      'an unknown host': failure('HostNotFound', 'host', { host: 'nowhere.invalid' }),
      'a closed port': failure('ConnectionRefused', 'host', { port: '1' }),
      'a server that is not MySQL': {
        code: 'ConnectionRefused',
        field: 'port',
        situation: () => odd({ port: String(portOf(others().web)), connect_timeout: '1' }),
      },
      'a server that does not answer': {
        code: 'ConnectionTimeout',
        field: 'host',
        situation: () => odd({ port: String(portOf(others().silent)), connect_timeout: '1' }),
      },
      'a wrong password': failure('CredentialsRejected', 'password', { password: 'a wrong password' }),
      'an unknown user': failure('CredentialsRejected', 'password', { user: 'nobody' }),
      'a user who may see nothing': failure('NothingFound', 'user', { user: 'stranger' }),
      'a database that the user may not open': failure('PermissionDenied', 'dbname', { dbname: 'hidden' }),
      'an unknown database, as a superuser': {
        code: 'DatabaseNotFound',
        field: 'dbname',
        situation: () => odd({ dbname: 'nothing', user: 'root', password: server().password }),
      },
      'databases that are not there': failure('NothingFound', 'filter_dbs', {
        filter_dbs: 'nowhere, neither',
      }),
      'a server without TLS': failure('TlsNotSupported', 'ssl', { ssl: 'require' }),
      'a private address': {
        code: 'AddressNotAllowed',
        field: 'host',
        situation: () => ({ ...odd(), ...createOutbound({ allowPrivateNetworks: false }) }),
      },
    },
  }
}
