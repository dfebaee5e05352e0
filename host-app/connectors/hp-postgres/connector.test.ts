import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/outbound/outbound.ts'
import { describeConnector, runConnector, type Situation } from '../connector-contract.ts'
import { hpPostgres } from './connector.ts'
import { bulkTables, oddDatabase, oddStreamIds, seedOddDatabase } from './odd-database.ts'

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
}, 60_000)

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
  return { settings, accessToken: null, fetch: outbound.fetch, resolveHost: outbound.resolveHost }
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
      field: 'host',
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
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({
        ...odd(),
        resolveHost: createOutbound({ allowPrivateNetworks: false }).resolveHost,
      }),
    },
  },
})

describe('discovery of the odd database', () => {
  let streams: DiscoveredStream[]
  let lines: string[]

  beforeAll(async () => {
    const run = await runConnector(hpPostgres, odd())
    expect(run.error).toBeNull()
    ;({ streams, lines } = run)
  })

  it('finds what the user may read, each under an id of its own, partitions and foreign schemas left out', () => {
    const ids = streams.map((stream) => stream.tap_stream_id)
    expect(ids.filter((id) => !id.startsWith('odd-bulk-'))).toEqual(oddStreamIds)
    expect(ids.filter((id) => id.startsWith('odd-bulk-'))).toHaveLength(bulkTables)
  })

  it('says in the log what was left out and why', () => {
    expect(lines).toContain('Schema hidden is skipped: the user has no USAGE right on it.')
    expect(lines.join('\n')).toMatch(/Schema public: .*; 1 left out: the user has no SELECT right/)
    expect(lines.at(-1)).toBe(`Found ${oddStreamIds.length + bulkTables} tables and views.`)
  })

  it('tells tables, views, estimates and keys apart', () => {
    const about = (id: string) => streamMetadata(`odd-public-${id}`)
    expect(about('customers')).toEqual({
      'database-name': 'odd',
      'schema-name': 'public',
      'is-view': false,
      'row-count': 30,
      'table-key-properties': ['id'],
      'valid-replication-keys': ['id', 'created_at'],
      'selected-by-default': false,
    })
    expect(about('orders')['row-count']).toBeNull()
    expect(about('order_totals')).toMatchObject({
      'is-view': true,
      'row-count': null,
      'table-key-properties': [],
    })
    expect(about('customer_emails')).toMatchObject({ 'is-view': true, 'table-key-properties': [] })
    expect(about('big_events')).toMatchObject({ 'is-view': false, 'table-key-properties': ['id', 'at'] })
    expect(about('without_key')).toMatchObject({
      'table-key-properties': [],
      'valid-replication-keys': ['at'],
    })
    expect(about('two_part_key')['table-key-properties']).toEqual(['order', 'line'])
    expect(fieldMetadata('odd-public-two_part_key', 'line')['inclusion']).toBe('automatic')
  })

  it('keeps odd names as they are', () => {
    const found = stream('odd-Odd "Names"-with space')
    expect(found).toMatchObject({ stream: 'with space', table_name: 'with space' })
    expect(Object.keys(found.schema.properties)).toEqual(['key "id"', 'naïve, ok', '__proto__'])
    expect(streamMetadata('odd-public-Grüße 🧵 表')['table-key-properties']).toEqual(['schlüssel'])
  })

  it('tells columns that the user may not read as unsupported', () => {
    expect(fieldMetadata('odd-public-partly_readable', 'open')['inclusion']).toBe('available')
    expect(fieldMetadata('odd-public-partly_readable', 'closed')).toMatchObject({
      inclusion: 'unsupported',
      'selected-by-default': false,
      'unsupported-description': 'The user is not allowed to read this column.',
    })
  })

  it('gives each type its JSON Schema', () => {
    const text = { type: ['null', 'string'] }
    const dateTime = { type: ['null', 'string'], format: 'date-time' }
    const number = { type: ['null', 'number'] }
    const time = { type: ['null', 'string'], format: 'time' }
    const json = ['object', 'array', 'string', 'number', 'boolean']
    const list = (items: unknown) => ({ type: ['null', 'array'], items })
    expect(stream('odd-public-all_types').schema.properties).toEqual({
      a_bool: { type: ['null', 'boolean'] },
      a_smallint: { type: ['null', 'integer'], minimum: -32768, maximum: 32767 },
      a_int: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
      a_bigint: { type: ['null', 'integer'], minimum: -(2 ** 63), maximum: 2 ** 63 },
      a_numeric: number,
      a_decimal: { ...number, multipleOf: 0.01 },
      a_whole: { ...number, multipleOf: 1 },
      a_round: { ...number, multipleOf: 100 },
      a_real: number,
      a_double: number,
      a_money: text,
      a_text: text,
      a_varchar: { ...text, maxLength: 40 },
      a_char: { ...text, maxLength: 3 },
      a_letter: { ...text, maxLength: 1 },
      a_name: text,
      a_uuid: { ...text, format: 'uuid' },
      a_date: dateTime,
      a_timestamp: dateTime,
      a_timestamptz: dateTime,
      a_time: time,
      a_timetz: time,
      a_json: { type: ['null', ...json] },
      a_jsonb: { type: json },
      an_hstore: { type: ['null', 'object'], properties: {} },
      an_inet: text,
      a_cidr: text,
      a_macaddr: text,
      a_bit: { type: ['null', 'boolean'] },
      an_enum: text,
      a_domain: text,
      a_strict_domain: { type: 'string' },
      a_price: { ...number, multipleOf: 0.01 },
      text_array: list(text),
      int_matrix: list(list({ type: ['null', 'integer'], minimum: -2147483648, maximum: 2147483647 })),
      enum_array: { type: 'array', items: text },
      domain_array: list(text),
      array_domain: list(text),
      varchar_array: list({ ...text, maxLength: 7 }),
      a_bytea: {},
      an_interval: {},
      a_point: {},
      a_range: {},
      an_xml: {},
      bits: {},
      a_composite: {},
      composites: {},
      a_tsvector: {},
    })
  })

  it('tells types that nobody knows as unsupported, with the reason', () => {
    expect(fieldMetadata('odd-public-all_types', 'composites')).toEqual({
      inclusion: 'unsupported',
      'sql-datatype': 'public.address[]',
      'selected-by-default': false,
      'unsupported-description': 'Columns of the type public.address[] cannot be replicated.',
    })
    expect(fieldMetadata('odd-public-all_types', 'a_decimal')['sql-datatype']).toBe('numeric(10,2)')
    const unsupported = ['a_bytea', 'an_interval', 'a_point', 'a_range', 'an_xml', 'bits', 'a_tsvector']
    for (const name of unsupported) {
      expect(fieldMetadata('odd-public-all_types', name)['inclusion']).toBe('unsupported')
    }
  })

  function stream(id: string): DiscoveredStream {
    const found = streams.find((candidate) => candidate.tap_stream_id === id)
    if (!found) throw new Error(`${id} was not found`)
    return found
  }

  function streamMetadata(id: string): Record<string, unknown> {
    return stream(id).metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
  }

  function fieldMetadata(id: string, name: string): Record<string, unknown> {
    return stream(id).metadata.find(({ breadcrumb }) => breadcrumb[1] === name)?.metadata ?? {}
  }
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
    expect(hpPostgres.config?.({ settings, accessToken: null })).toEqual({
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
