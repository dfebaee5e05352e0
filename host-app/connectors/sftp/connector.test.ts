import { chmod, mkdir, symlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSshd, type SshServer } from '../../../scripts/ssh-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, runConnector, type Situation } from '../connector-contract.testing.ts'
import { makeKey } from '../ssh/keys.testing.ts'
import { sftp } from './connector.ts'
import { writeFiles } from './files.testing.ts'

let server: SshServer
/** Accepts connections and says nothing. */
let silent: Server
/** Answers whatever it gets with HTTP. */
let web: Server
let encryptedKey: string
let strangeKey: string
const passphrase = 'a long passphrase'
const outbound = createOutbound({ allowPrivateNetworks: true })

const ordersCsv =
  'id;placed_at;total;paid;zip;note\n1;2026-01-31T06:00:00Z;9.5;true;01234;"a;b"\n2;;12;false;1;\n'

beforeAll(async () => {
  ;[server, silent, web] = await Promise.all([
    startSshd(),
    listen(createServer()),
    listen(createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  ])
  await writeFiles(server.files, {
    'shop/orders-1.csv': ordersCsv,
    'shop/deep/er/orders-2.csv.gz': gzipSync(`id,total,extra\n3,7,x\n`),
    'shop/empty.csv': '',
    'shop/people.jsonl':
      '{"id":1,"name":"Ann","tags":["a"]}\n{"id":2,"name":null,"born":"2001-02-03T04:05:06Z"}\n',
    'broken/quote.csv': 'a,b\n"1,2\n',
    'broken/latin.csv': Buffer.from('name\nJos\xe9\n', 'latin1'),
    'broken/list.json': '[{"a":1}]',
    'broken/table.xlsx': 'PK',
    'broken/packed.csv.gz': 'not packed',
    'closed/secret.csv': 'a\n1\n',
    'half/open.csv': 'a\n1\n',
    'half/shut/secret.csv': 'a\n1\n',
  })
  await Promise.all([
    symlink(join(server.files, 'shop/orders-1.csv'), join(server.files, 'shop/link.csv')),
    symlink(server.files, join(server.files, 'shop/loop')),
    symlink('nowhere', join(server.files, 'shop/dangling.csv')),
    mkdir(join(server.files, 'void')),
    chmod(join(server.files, 'closed'), 0o000),
    chmod(join(server.files, 'half/shut'), 0o000),
  ])
  ;[encryptedKey, strangeKey] = (await Promise.all(
    [passphrase, ''].map(async (words) => (await makeKey({ passphrase: words })).privateKey),
  )) as [string, string]
})

afterAll(async () => {
  silent?.close()
  web?.close()
  await chmod(join(server.files, 'closed'), 0o755)
  await chmod(join(server.files, 'half/shut'), 0o755)
  await server?.stop()
})

function listen(listener: Server): Promise<Server> {
  return new Promise((resolve) => listener.listen(0, '127.0.0.1', () => resolve(listener)))
}

function portOf(listener: Server): string {
  const address = listener.address()
  return String(typeof address === 'object' ? address?.port : '')
}

/** The shop's files, by key, at a server that is known. */
function at(settings: Record<string, string> = {}): Situation {
  const base = {
    host: server.host,
    port: String(server.port),
    username: server.user,
    private_key: server.privateKey,
    host_key: server.hostKeys['ed25519']?.fingerprint ?? '',
    search_prefix: 'shop',
    search_pattern: 'orders',
    table_name: 'orders',
    key_properties: 'id',
  }
  const all = Object.entries({ ...base, ...settings }).filter(([, value]) => value !== '')
  return { settings: Object.fromEntries(all), accessToken: null, ...outbound }
}

/** One table of the files in a folder. */
const inFolder = (search_prefix: string, search_pattern = '', key_properties = '') =>
  at({ search_prefix, search_pattern, key_properties })

const tables = (list: unknown) => at({ tables: typeof list === 'string' ? list : JSON.stringify(list) })

describeConnector(sftp, {
  example: {
    host: 'sftp.example.com',
    port: '22',
    username: 'reader',
    password: 'x',
    host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE',
    search_prefix: '/exports',
    search_pattern: 'orders-.*\\.csv$',
  },
  junk: {
    host: ['', 'sftp://db', 'sftp.example.com:22', 'a b', 'user@sftp'],
    port: ['', '0', '65536', '22x', '-1', '022'],
    username: [''],
    password: [''],
    host_key: ['', 'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48', 'SHA256:short', 'ssh-rsa'],
    tables: ['', '{}', 'orders'],
    request_timeout: ['0', '1.5', '-1'],
  },
  working: () => at(),
  secrets: () => [
    server.privateKey,
    server.privateKey.split('\n')[2] ?? '',
    strangeKey,
    encryptedKey,
    passphrase,
    'a wrong passphrase',
  ],
  failures: {
    'an unknown host': {
      code: 'HostNotFound',
      field: 'host',
      situation: () => at({ host: 'nowhere.invalid' }),
    },
    'a closed port': { code: 'ConnectionRefused', field: 'host', situation: () => at({ port: '1' }) },
    'a server that is not SSH': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => at({ port: portOf(web) }),
    },
    'a server that does not answer': {
      code: 'ConnectionTimeout',
      field: 'host',
      situation: () => at({ port: portOf(silent), request_timeout: '1' }),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({ ...at(), ...createOutbound({ allowPrivateNetworks: false }) }),
    },
    'a server that nobody knows': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => at({ host_key: '' }),
    },
    'another key of the server': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => at({ host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE' }),
    },
    'a key of the server that is revoked': {
      code: 'SettingUnusable',
      field: 'host_key',
      situation: () => at({ host_key: `@revoked * ${server.hostKeys['ed25519']?.publicKey}` }),
    },
    'a key that the server does not know': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => at({ private_key: strangeKey }),
    },
    'an unknown user': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => at({ username: 'nobody-at-all' }),
    },
    'a password where a key is wanted': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => at({ private_key: '', password: 'x' }),
    },
    'a key that is encrypted': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () => at({ private_key: encryptedKey }),
    },
    'a wrong passphrase': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () => at({ private_key: encryptedKey, passphrase: 'a wrong passphrase' }),
    },
    'a key that is none': {
      code: 'SettingUnusable',
      field: 'private_key',
      situation: () => at({ private_key: 'not a key' }),
    },
    'a folder that is not there': {
      code: 'NothingFound',
      field: 'search_prefix',
      situation: () => inFolder('nowhere'),
    },
    'a folder that is closed': {
      code: 'PermissionDenied',
      field: 'search_prefix',
      situation: () => inFolder('closed'),
    },
    'an empty folder': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => inFolder('void'),
    },
    'a pattern that nothing matches': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => inFolder('shop', 'invoices'),
    },
    'a pattern that is none': {
      code: 'SettingUnusable',
      field: 'search_pattern',
      situation: () => inFolder('shop', '('),
    },
    'a key column that is not there': {
      code: 'FileMalformed',
      field: 'key_properties',
      situation: () => inFolder('shop', 'orders', 'number'),
    },
    'a quotation mark without end': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => inFolder('broken', 'quote'),
    },
    'another encoding': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => inFolder('broken', 'latin'),
    },
    'a JSON list': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => inFolder('broken', 'list'),
    },
    'a kind of file that is not read': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => inFolder('broken', 'xlsx'),
    },
    'a file that is not packed': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => inFolder('broken', 'packed'),
    },
    'tables that are no JSON': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => tables('[orders]'),
    },
    'a table without a name': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => tables([{ search_prefix: '', search_pattern: 'x' }]),
    },
    'a table twice': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => tables([1, 2].map(() => ({ table_name: 'orders', search_pattern: 'orders' }))),
    },
    'a table without files': {
      code: 'NothingFound',
      field: 'tables',
      situation: () => tables([{ table_name: 'orders', search_prefix: 'shop', search_pattern: 'invoices' }]),
    },
  },
})

describe('the streams of files', () => {
  it('have the columns of all files, with the kinds that fit all rows', async () => {
    const { error, streams, lines } = await runConnector(sftp, at())
    expect(error).toBeNull()
    expect(streams).toHaveLength(1)
    const [stream] = streams
    expect(stream).toMatchObject({ tap_stream_id: 'orders', stream: 'orders' })
    expect(stream?.schema.properties).toEqual({
      id: { type: ['null', 'integer', 'string'] },
      total: { type: ['null', 'number', 'string'] },
      extra: { type: ['null', 'string'] },
      placed_at: {
        anyOf: [{ type: ['null', 'string'], format: 'date-time' }, { type: ['null', 'string'] }],
      },
      paid: { type: ['null', 'boolean', 'string'] },
      zip: { type: ['null', 'string'] },
      note: { type: ['null', 'string'] },
      _sdc_source_file: { type: 'string' },
      _sdc_source_lineno: { type: 'integer' },
      _sdc_extra: { type: 'array', items: { type: 'string' } },
    })
    expect(stream?.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata).toEqual({
      'table-key-properties': ['id'],
      'forced-replication-method': 'INCREMENTAL',
      'selected-by-default': false,
      delimiter: ';',
    })
    // Neither what is empty nor what a link to a folder leads to.
    expect(lines.at(-1)).toMatch(/2 of 4 files match/)
  })

  it('are one for each of several tables', async () => {
    const run = await runConnector(
      sftp,
      tables([
        {
          table_name: 'orders',
          search_prefix: 'shop',
          search_pattern: 'orders-1',
          key_properties: ['id'],
          delimiter: ';',
        },
        { table_name: 'people', search_prefix: 'shop', search_pattern: '\\.jsonl\\Z', key_properties: 'id' },
      ]),
    )
    expect(run.error).toBeNull()
    expect(run.streams.map(({ tap_stream_id: id }) => id)).toEqual(['orders', 'people'])
    expect(run.streams[1]?.schema.properties).toMatchObject({
      id: { type: ['null', 'integer', 'string'] },
      name: { type: ['null', 'string'] },
      tags: { type: ['null', 'array'] },
      born: { anyOf: expect.any(Array) },
    })
  })

  it('leave out folders that the user may not see, and say so', async () => {
    const run = await runConnector(sftp, inFolder('half'))
    expect(run.error).toBeNull()
    expect(run.streams).toHaveLength(1)
    expect(run.lines.join('\n')).toMatch(/half\/shut.* cannot be read and is left out/)
  })

  it('come from where the user begins, if no folder is named', async () => {
    const run = await runConnector(sftp, inFolder('', 'people\\.jsonl$', ''))
    expect(run).toMatchObject({ error: null, streams: [{ tap_stream_id: 'orders' }] })
  })

  it('say which pattern found nothing', async () => {
    const { error } = await runConnector(sftp, inFolder('shop', 'invoices.*csv$'))
    expect(error).toMatchObject({ detail: expect.stringContaining('invoices.*csv$') })
  })

  it('come with the config of a Singer tap', () => {
    const settings = {
      host: 'sftp.example.com',
      username: 'reader',
      password: 'x',
      search_prefix: '/exports',
    }
    const config = sftp.config?.({ settings, accessToken: null }) ?? {}
    expect(config).toMatchObject({ host: 'sftp.example.com', port: '22', username: 'reader', password: 'x' })
    expect(JSON.parse(String(config['tables']))).toEqual([
      {
        table_name: 'files',
        search_prefix: '/exports',
        search_pattern: expect.stringContaining('csv'),
        key_properties: [],
        delimiter: ',',
        date_overrides: [],
      },
    ])
  })
})

describe('the session of SFTP', () => {
  it('works with a key that is encrypted', async () => {
    const { privateKey, publicKey } = await makeKey({ passphrase })
    await server.authorize(publicKey)
    expect((await runConnector(sftp, at({ private_key: privateKey, passphrase }))).error).toBeNull()
  })

  it('ends at once when it is aborted while the server is silent', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(sftp, at({ port: portOf(silent) }), { signal: abort.signal })
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
