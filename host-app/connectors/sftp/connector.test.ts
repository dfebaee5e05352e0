import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, runConnector } from '../connector-contract.testing.ts'
import { makeKey } from '../ssh/keys.testing.ts'
import { sftp } from './connector.ts'
import { startShop, type Shop } from './shop.testing.ts'

let shop: Shop
/** Accepts connections and says nothing. */
let silent: Server
/** Answers whatever it gets with HTTP. */
let web: Server
let encryptedKey: string
let strangeKey: string
const passphrase = 'a long passphrase'

beforeAll(async () => {
  ;[shop, silent, web] = await Promise.all([
    startShop(),
    listen(createServer()),
    listen(createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  ])
  const [encrypted, strange] = await Promise.all([makeKey({ passphrase }), makeKey()])
  encryptedKey = encrypted.privateKey
  strangeKey = strange.privateKey
})

afterAll(async () => {
  silent?.close()
  web?.close()
  await shop?.stop()
})

function listen(listener: Server): Promise<Server> {
  return new Promise((resolve) => listener.listen(0, '127.0.0.1', () => resolve(listener)))
}

function portOf(listener: Server): string {
  const address = listener.address()
  return String(typeof address === 'object' ? address?.port : '')
}

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
  working: () => shop.at(),
  secrets: () => [
    shop.server.privateKey,
    shop.server.privateKey.split('\n')[2] ?? '',
    strangeKey,
    encryptedKey,
    passphrase,
    'a wrong passphrase',
  ],
  failures: {
    'an unknown host': {
      code: 'HostNotFound',
      field: 'host',
      situation: () => shop.at({ host: 'nowhere.invalid' }),
    },
    'a closed port': { code: 'ConnectionRefused', field: 'host', situation: () => shop.at({ port: '1' }) },
    'a server that is not SSH': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => shop.at({ port: portOf(web) }),
    },
    'a server that does not answer': {
      code: 'ConnectionTimeout',
      field: 'host',
      situation: () => shop.at({ port: portOf(silent), request_timeout: '1' }),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({ ...shop.at(), ...createOutbound({ allowPrivateNetworks: false }) }),
    },
    'a server that nobody knows': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => shop.at({ host_key: '' }),
    },
    'another key of the server': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => shop.at({ host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE' }),
    },
    'a key of the server that is revoked': {
      code: 'SettingUnusable',
      field: 'host_key',
      situation: () => shop.at({ host_key: `@revoked * ${shop.server.hostKeys['ed25519']?.publicKey}` }),
    },
    'a key that the server does not know': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => shop.at({ private_key: strangeKey }),
    },
    'an unknown user': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => shop.at({ username: 'nobody-at-all' }),
    },
    'a password where a key is wanted': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => shop.at({ private_key: '', password: 'x' }),
    },
    'a key that is encrypted': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () => shop.at({ private_key: encryptedKey }),
    },
    'a wrong passphrase': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () => shop.at({ private_key: encryptedKey, passphrase: 'a wrong passphrase' }),
    },
    'a key that is none': {
      code: 'SettingUnusable',
      field: 'private_key',
      situation: () => shop.at({ private_key: 'not a key' }),
    },
    'a folder that is not there': {
      code: 'NothingFound',
      field: 'search_prefix',
      situation: () => shop.inFolder('nowhere'),
    },
    'a folder that is closed': {
      code: 'PermissionDenied',
      field: 'search_prefix',
      situation: () => shop.inFolder('closed'),
    },
    'an empty folder': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => shop.inFolder('void'),
    },
    'a pattern that nothing matches': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => shop.inFolder('shop', 'invoices'),
    },
    'a pattern that is none': {
      code: 'SettingUnusable',
      field: 'search_pattern',
      situation: () => shop.inFolder('shop', '('),
    },
    'a key column that is not there': {
      code: 'FileMalformed',
      field: 'key_properties',
      situation: () => shop.inFolder('shop', 'orders', 'number'),
    },
    'a quotation mark without end': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => shop.inFolder('broken', 'quote'),
    },
    'another encoding': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => shop.inFolder('broken', 'latin'),
    },
    'a JSON list': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => shop.inFolder('broken', 'list'),
    },
    'a kind of file that is not read': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => shop.inFolder('broken', 'xlsx'),
    },
    'a file that is not packed': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => shop.inFolder('broken', 'packed'),
    },
    'tables that are no JSON': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => shop.tables('[orders]'),
    },
    'a table without a name': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => shop.tables([{ search_prefix: '', search_pattern: 'x' }]),
    },
    'a table twice': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => shop.tables([1, 2].map(() => ({ table_name: 'orders', search_pattern: 'orders' }))),
    },
    'a table without files': {
      code: 'NothingFound',
      field: 'tables',
      situation: () =>
        shop.tables([{ table_name: 'orders', search_prefix: 'shop', search_pattern: 'invoices' }]),
    },
  },
})

describe('the session of SFTP', () => {
  it('works with a key that is encrypted', async () => {
    const { privateKey, publicKey } = await makeKey({ passphrase })
    await shop.server.authorize(publicKey)
    expect((await runConnector(sftp, shop.at({ private_key: privateKey, passphrase }))).error).toBeNull()
  })

  it('ends at once when it is aborted while the server is silent', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    const startedAt = performance.now()
    const run = await runConnector(sftp, shop.at({ port: portOf(silent) }), { signal: abort.signal })
    expect(run.error).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
