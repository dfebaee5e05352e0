import { createServer } from 'node:net'
import { type MysqlServer, startMariadb, startMysql } from '../../../scripts/mysql-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import {
  type ConnectorContract,
  type ConnectorFixtures,
  contractOf,
  type Failure,
  type Silence,
} from '../connector-contract.testing.ts'
import type { Connector } from '../connector.ts'
import { hpMariadb, hpMysql } from './connector.ts'
import { at, listen, portOf, webServer } from './fixtures.testing.ts'
import { oddReader, seedOddDatabases } from './odd-databases.testing.ts'

type MysqlScene = Awaited<ReturnType<typeof openMysql>>

/** A server with the odd databases, and what answers with something else or not at all. */
async function openMysql(start: () => Promise<MysqlServer>) {
  let connections = 0
  const listener = createServer((socket) => {
    socket.on('error', () => {})
    connections += 1
  })
  const [server, silent, web] = await Promise.all([start(), listen(listener), webServer()])
  await seedOddDatabases(server)
  const silence = (): Silence => {
    const before = connections
    const situation = at(server, { port: String(portOf(silent)) })
    return { situation, isAsked: () => connections > before }
  }
  async function close(): Promise<void> {
    silent.close()
    web.close()
    await server.stop()
  }
  return { server, silent, web, silence, close }
}

export const contracts = [
  oddContract(hpMysql, startMysql, {}),
  oddContract(hpMariadb, startMariadb, { engine: 'mariadb' }),
]

/** What every server with the odd databases is met with. */
function oddContract(
  connector: Connector,
  start: () => Promise<MysqlServer>,
  own: Readonly<Record<string, string>>,
): ConnectorContract {
  const open = () => openMysql(start)
  return contractOf(connector, open, (scene) => fixturesOf(scene, own))
}

function fixturesOf(scene: () => MysqlScene, own: Readonly<Record<string, string>>): ConnectorFixtures {
  const server = () => scene().server
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
    silent: () => scene().silence(),
    config: () => {
      const { host, port } = server()
      return { host, port: String(port), ...oddReader, ssl: 'false', ...own }
    },
    secrets: () => [oddReader.password, server().password, 'a wrong password'],
    failures: {
      'an unknown host': failure('HostNotFound', 'host', { host: 'nowhere.invalid' }),
      'a closed port': failure('ConnectionRefused', 'host', { port: '1' }),
      'a server that is not MySQL': {
        code: 'ConnectionRefused',
        field: 'port',
        situation: () => odd({ port: String(portOf(scene().web)), connect_timeout: '1' }),
      },
      'a server that does not answer': {
        code: 'ConnectionTimeout',
        field: 'host',
        situation: () => odd({ port: String(portOf(scene().silent)), connect_timeout: '1' }),
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
