import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, runConnector, type Situation } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { oddDatabase, oddStreamIds, seedOddDatabase } from './odd-database.testing.ts'

let plain: PostgresServer
let encrypted: PostgresServer
/** Accepts connections and says nothing. */
let silent: Server
/** Answers whatever it gets with HTTP. */
let web: Server
const outbound = createOutbound({ allowPrivateNetworks: true })

beforeAll(async () => {
  ;[plain, encrypted, silent, web] = await Promise.all([
    startPostgres(),
    startPostgres({ ssl: true }),
    listen(createServer()),
    listen(createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  ])
  await seedOddDatabase(plain)
  await encrypted.query(
    `create role tls_only login password 'tls-only-password'; create table things (id integer primary key);
     grant select on things to tls_only; create role nologin_role password 'nologin-password'`,
  )
})

afterAll(async () => {
  silent?.close()
  web?.close()
  await Promise.all([plain?.stop(), encrypted?.stop()])
})

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): string {
  const address = server.address()
  return String(typeof address === 'object' ? address?.port : '')
}

function situation(settings: Record<string, string>): Situation {
  return { settings, grant: null, ...outbound }
}

/** The odd database, through its reader. */
function odd(settings: Record<string, string> = {}): Situation {
  return situation({
    host: plain.host,
    port: String(plain.port),
    ssl: 'disable',
    ...oddDatabase,
    ...settings,
  })
}

function overTls(settings: Record<string, string> = {}): Situation {
  const base = { port: String(encrypted.port), dbname: 'postgres', user: 'tls_only' }
  return situation({ host: 'localhost', password: 'tls-only-password', ssl: 'require', ...base, ...settings })
}

function verified(settings: Record<string, string> = {}): Situation {
  return overTls({ ssl: 'verify-full', ssl_ca_certificate: encrypted.caCertificate ?? '', ...settings })
}

describeConnector(hpPostgres, {
  example: {
    host: 'db.example.com',
    port: '5432',
    dbname: 'shop',
    user: 'reader',
    password: 'x',
    ssl: 'require',
  },
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
  working: () => odd(),
  options: { dbname: [oddDatabase.dbname] },
  secrets: () => [oddDatabase.password, plain.password, 'tls-only-password', 'a wrong password'],
  failures: {
    'an unknown host': {
      code: 'HostNotFound',
      field: 'host',
      situation: () => odd({ host: 'nowhere.invalid' }),
    },
    'a closed port': { code: 'ConnectionRefused', field: 'host', situation: () => odd({ port: '1' }) },
    'a server that is not PostgreSQL': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => odd({ port: portOf(web) }),
    },
    'a server that is not PostgreSQL, over TLS': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => odd({ port: portOf(web), ssl: 'require' }),
    },
    'a server that does not answer': {
      code: 'ConnectionTimeout',
      field: 'host',
      situation: () => odd({ port: portOf(silent), connect_timeout: '1' }),
    },
    'a wrong password': {
      code: 'CredentialsRejected',
      field: 'password',
      situation: () => odd({ password: 'a wrong password' }),
    },
    'an unknown user': {
      code: 'CredentialsRejected',
      field: 'password',
      situation: () => odd({ user: 'nobody' }),
    },
    'a role that may not log in': {
      code: 'CredentialsRejected',
      field: 'user',
      situation: () => overTls({ user: 'nologin_role', password: 'nologin-password' }),
    },
    'an unknown database': {
      code: 'DatabaseNotFound',
      field: 'dbname',
      situation: () => odd({ dbname: 'nothing' }),
    },
    'a user without a right on the database': {
      code: 'PermissionDenied',
      field: 'user',
      situation: () => odd({ user: 'no_connect' }),
    },
    'a user who may see nothing': {
      code: 'NothingFound',
      field: 'user',
      situation: () => odd({ user: 'stranger' }),
    },
    'a server without TLS': {
      code: 'TlsNotSupported',
      field: 'ssl',
      situation: () => odd({ ssl: 'require' }),
    },
    'a server that insists on TLS': {
      code: 'TlsRequired',
      field: 'ssl',
      situation: () => overTls({ ssl: 'disable' }),
    },
    'an unknown authority': {
      code: 'TlsUntrusted',
      field: 'ssl',
      situation: () => verified({ ssl_ca_certificate: '' }),
    },
    'a certificate for another name': {
      code: 'TlsUntrusted',
      field: 'host',
      situation: () => verified({ host: 'other.localhost' }),
    },
    'a CA certificate that is none': {
      code: 'TlsUntrusted',
      field: 'ssl_ca_certificate',
      situation: () =>
        verified({ ssl_ca_certificate: '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n' }),
    },
    'schemas that are not there': {
      code: 'NothingFound',
      field: 'filter_schemas',
      situation: () => odd({ filter_schemas: 'nowhere, neither' }),
    },
    'a database that is left out': {
      code: 'NothingFound',
      field: 'filter_dbs',
      situation: () => odd({ filter_dbs: 'even,shop' }),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({
        ...odd(),
        ...createOutbound({ allowPrivateNetworks: false }),
      }),
    },
  },
})

describe('a filter', () => {
  it('leaves schemas out, whatever else is in them', async () => {
    const run = await runConnector(
      hpPostgres,
      odd({ filter_schemas: ' a-b,a ,hidden', filter_dbs: 'odd, shop' }),
    )
    expect(run.error).toBeNull()
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(
      oddStreamIds.filter((id) => /^odd-"?a/.test(id)),
    )
    expect(run.lines.filter((line) => line.startsWith('Schema'))).toHaveLength(3)
  })

  it('is the tap’s, too', () => {
    const settings = { host: 'db', dbname: 'shop', filter_schemas: ' public , sales', filter_dbs: 'shop' }
    const config = hpPostgres.config?.({ settings, grant: null })
    expect(config).toMatchObject({ filter_schemas: 'public,sales', filter_dbs: 'shop' })
  })
})

describe('the session with PostgreSQL', () => {
  it('works with a certificate that is verified by name', async () => {
    const run = await runConnector(hpPostgres, verified())
    expect(run).toMatchObject({ error: null, streams: [{ tap_stream_id: 'postgres-public-things' }] })
  })

  it('works with a certificate that is verified by address', async () => {
    expect((await runConnector(hpPostgres, verified({ host: '127.0.0.1' }))).error).toBeNull()
  })

  it('ends at once when it is aborted while the server is silent', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(hpPostgres, odd({ port: portOf(silent) }), { signal: abort.signal })
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  it('ends at once when it is aborted while a query runs, and leaves no connection behind', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const proxy = await listen(proxyThatHangsAt('from pg_namespace', plain, () => abort.abort(reason)))
    const run = await runConnector(hpPostgres, odd({ port: portOf(proxy) }), { signal: abort.signal })
    proxy.close()
    expect(run).toMatchObject({ error: reason, phases: ['connecting', 'signing_in', 'reading_schema'] })
    await expect.poll(() => connections(plain)).toBe(0)
  })

  it('tells that the server has no free connection', async () => {
    await plain.query(`alter role reader connection limit 0`)
    const run = await runConnector(hpPostgres, odd())
    await plain.query(`alter role reader connection limit -1`)
    expect(run.error).toMatchObject({ code: 'TooManyConnections' })
  })

  it('makes the config of a Singer tap', () => {
    const settings = { host: '[::1]', dbname: 'shop', user: 'reader', password: 'x', ssl: 'verify-full' }
    expect(hpPostgres.config?.({ settings, grant: null })).toEqual({
      host: '::1',
      port: '5432',
      dbname: 'shop',
      user: 'reader',
      password: 'x',
      ssl: 'true',
      sslmode: 'verify-full',
    })
  })
})

/** Passes everything on, until the client sends the text; from then on the server seems to think. */
function proxyThatHangsAt(text: string, server: PostgresServer, onHang: () => void): Server {
  return createServer((client) => {
    const upstream = connect(server.port, server.host)
    client.on('error', () => {}).on('close', () => upstream.destroy())
    upstream.on('error', () => {}).on('close', () => client.destroy())
    upstream.pipe(client)
    client.on('data', (bytes) => {
      if (bytes.includes(text)) {
        upstream.unpipe(client)
        setTimeout(onHang, 50)
      }
      upstream.write(bytes)
    })
  })
}

async function connections(server: PostgresServer): Promise<unknown> {
  const [row] = await server.query(
    `select count(*)::int as count from pg_stat_activity where application_name = 'Bobbin'`,
  )
  return row?.['count']
}
