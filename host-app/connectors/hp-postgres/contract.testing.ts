import { createServer, type Server, type Socket } from 'node:net'
import { startPostgres } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { contractOf, type Silence, type Situation } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { oddDatabase, seedOddDatabase } from './odd-database.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })

export type PostgresScene = Awaited<ReturnType<typeof openPostgres>>

/** The odd database, one over TLS, and what answers with something else or not at all. */
export async function openPostgres() {
  let connections = 0
  const ignore = (socket: Socket) => {
    socket.on('error', () => {})
    connections += 1
  }
  const [plain, encrypted, silent, web] = await Promise.all([
    startPostgres(),
    startPostgres({ ssl: true }),
    listen(createServer(ignore)),
    listen(createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  ])
  await seedOddDatabase(plain)
  await encrypted.query(
    `create role tls_only login password 'tls-only-password'; create table things (id integer primary key);
     grant select on things to tls_only; create role nologin_role password 'nologin-password'`,
  )
  const portOf = (which: 'silent' | 'web') => portOfServer(which === 'web' ? web : silent)
  const situation = (settings: Record<string, string>): Situation => ({ settings, grant: null, ...outbound })
  /** The odd database, through its reader. */
  const odd = (settings: Record<string, string> = {}) =>
    situation({
      ...{ host: plain.host, port: String(plain.port), ssl: 'disable' },
      ...{ ...oddDatabase, ...settings },
    })
  const overTls = (settings: Record<string, string> = {}) => {
    const base = { port: String(encrypted.port), dbname: 'postgres', user: 'tls_only' }
    return situation({
      ...{ host: 'localhost', password: 'tls-only-password', ssl: 'require' },
      ...{ ...base, ...settings },
    })
  }
  const verified = (settings: Record<string, string> = {}) =>
    overTls({ ssl: 'verify-full', ssl_ca_certificate: encrypted.caCertificate ?? '', ...settings })
  const silence = (): Silence => {
    const before = connections
    return { situation: odd({ port: portOf('silent') }), isAsked: () => connections > before }
  }
  async function close(): Promise<void> {
    silent.close()
    web.close()
    await Promise.all([plain.stop(), encrypted.stop()])
  }
  return { plain, portOf, odd, overTls, verified, silence, close }
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

export function portOfServer(server: Server): string {
  const address = server.address()
  return String(typeof address === 'object' ? address?.port : '')
}

export const contract = contractOf(hpPostgres, openPostgres, (scene) => ({
  example: {
    host: 'db.example.com',
    port: '5432',
    dbname: 'shop',
    user: 'reader',
    password: 'x',
    ssl: 'require',
  },
  options: { dbname: [oddDatabase.dbname] },
  junk: {
    host: ['', 'postgres://db', 'db.example.com:5432', '/var/run/postgresql', 'a b', 'user@db'],
    port: ['', '0', '65536', '54x2', '-1', '05432'],
    dbname: [''],
    user: [''],
    password: [''],
    ssl: ['', 'prefer', 'true'],
    ssl_ca_certificate: ['', 'not a certificate'],
    connect_timeout: ['0', '121', '1.5'],
  },
  working: () => scene().odd(),
  silent: () => scene().silence(),
  config: () => {
    const { plain } = scene()
    return { host: plain.host, port: String(plain.port), ...oddDatabase, ssl: 'false', sslmode: 'disable' }
  },
  secrets: () => [oddDatabase.password, scene().plain.password, 'tls-only-password', 'a wrong password'],
  failures: {
    'an unknown host': {
      code: 'HostNotFound',
      field: 'host',
      situation: () => scene().odd({ host: 'nowhere.invalid' }),
    },
    'a closed port': {
      code: 'ConnectionRefused',
      field: 'host',
      situation: () => scene().odd({ port: '1' }),
    },
    'a server that is not PostgreSQL': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => scene().odd({ port: scene().portOf('web') }),
    },
    'a server that is not PostgreSQL, over TLS': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => scene().odd({ port: scene().portOf('web'), ssl: 'require' }),
    },
    'a server that does not answer': {
      code: 'ConnectionTimeout',
      field: 'host',
      situation: () => scene().odd({ port: scene().portOf('silent'), connect_timeout: '1' }),
    },
    'a wrong password': {
      code: 'CredentialsRejected',
      field: 'password',
      situation: () => scene().odd({ password: 'a wrong password' }),
    },
    'an unknown user': {
      code: 'CredentialsRejected',
      field: 'password',
      situation: () => scene().odd({ user: 'nobody' }),
    },
    'a role that may not log in': {
      code: 'CredentialsRejected',
      field: 'user',
      situation: () => scene().overTls({ user: 'nologin_role', password: 'nologin-password' }),
    },
    'an unknown database': {
      code: 'DatabaseNotFound',
      field: 'dbname',
      situation: () => scene().odd({ dbname: 'nothing' }),
    },
    'a user without a right on the database': {
      code: 'PermissionDenied',
      field: 'user',
      situation: () => scene().odd({ user: 'no_connect' }),
    },
    'a user who may see nothing': {
      code: 'NothingFound',
      field: 'user',
      situation: () => scene().odd({ user: 'stranger' }),
    },
    'a server without TLS': {
      code: 'TlsNotSupported',
      field: 'ssl',
      situation: () => scene().odd({ ssl: 'require' }),
    },
    'a server that insists on TLS': {
      code: 'TlsRequired',
      field: 'ssl',
      situation: () => scene().overTls({ ssl: 'disable' }),
    },
    'an unknown authority': {
      code: 'TlsUntrusted',
      field: 'ssl',
      situation: () => scene().verified({ ssl_ca_certificate: '' }),
    },
    'a certificate for another name': {
      code: 'TlsUntrusted',
      field: 'host',
      situation: () => scene().verified({ host: 'other.localhost' }),
    },
    'a CA certificate that is none': {
      code: 'TlsUntrusted',
      field: 'ssl_ca_certificate',
      situation: () =>
        scene().verified({
          ssl_ca_certificate: '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n',
        }),
    },
    'schemas that are not there': {
      code: 'NothingFound',
      field: 'filter_schemas',
      situation: () => scene().odd({ filter_schemas: 'nowhere, neither' }),
    },
    'a database that is left out': {
      code: 'NothingFound',
      field: 'filter_dbs',
      situation: () => scene().odd({ filter_dbs: 'even,shop' }),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({
        ...scene().odd(),
        ...createOutbound({ allowPrivateNetworks: false }),
      }),
    },
  },
}))
