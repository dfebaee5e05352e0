import { createServer, type Server, type Socket } from 'node:net'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { contractOf, type Silence } from '../connector-contract.testing.ts'
import { makeKey } from '../ssh/keys.testing.ts'
import { sftp } from './connector.ts'
import { startShop } from './shop.testing.ts'

export const passphrase = 'a long passphrase'

export type SftpScene = Awaited<ReturnType<typeof openSftp>>

/** A server with the shop's files, keys that it does not know, and what answers with something else or not at all. */
export async function openSftp() {
  let connections = 0
  const ignore = (socket: Socket) => {
    socket.on('error', () => {})
    connections += 1
  }
  const [shop, silent, web, encrypted, strange] = await Promise.all([
    startShop(),
    listen(createServer(ignore)),
    listen(createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    makeKey({ passphrase }),
    makeKey(),
  ])
  const portOf = (which: 'silent' | 'web') => {
    const address = (which === 'web' ? web : silent).address()
    return String(typeof address === 'object' ? address?.port : '')
  }
  const silence = (): Silence => {
    const before = connections
    return { situation: shop.at({ port: portOf('silent') }), isAsked: () => connections > before }
  }
  async function close(): Promise<void> {
    silent.close()
    web.close()
    await shop.stop()
  }
  const keys = { encryptedKey: encrypted.privateKey, strangeKey: strange.privateKey }
  return { shop, ...keys, portOf, silence, close }
}

function listen(listener: Server): Promise<Server> {
  return new Promise((resolve) => listener.listen(0, '127.0.0.1', () => resolve(listener)))
}

export const contract = contractOf(sftp, openSftp, (scene) => ({
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
  working: () => scene().shop.at(),
  silent: () => scene().silence(),
  config: () => {
    const { server } = scene().shop
    const orders = {
      ...{ table_name: 'orders', search_prefix: 'shop', search_pattern: 'orders' },
      ...{ key_properties: ['id'], delimiter: ',', date_overrides: [] },
    }
    return {
      ...{ host: server.host, port: String(server.port), username: server.user },
      ...{ private_key: server.privateKey, host_key: server.hostKeys['ed25519']?.fingerprint },
      ...{ start_date: '1970-01-01T00:00:00Z', tables: JSON.stringify([orders]) },
    }
  },
  secrets: () => [
    scene().shop.server.privateKey,
    scene().shop.server.privateKey.split('\n')[2] ?? '',
    scene().strangeKey,
    scene().encryptedKey,
    passphrase,
    'a wrong passphrase',
  ],
  failures: {
    'an unknown host': {
      code: 'HostNotFound',
      field: 'host',
      situation: () => scene().shop.at({ host: 'nowhere.invalid' }),
    },
    'a closed port': {
      code: 'ConnectionRefused',
      field: 'host',
      situation: () => scene().shop.at({ port: '1' }),
    },
    'a server that is not SSH': {
      code: 'ConnectionRefused',
      field: 'port',
      situation: () => scene().shop.at({ port: scene().portOf('web') }),
    },
    'a server that does not answer': {
      code: 'ConnectionTimeout',
      field: 'host',
      situation: () => scene().shop.at({ port: scene().portOf('silent'), request_timeout: '1' }),
    },
    'a private address': {
      code: 'AddressNotAllowed',
      field: 'host',
      situation: () => ({ ...scene().shop.at(), ...createOutbound({ allowPrivateNetworks: false }) }),
    },
    'a server that nobody knows': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => scene().shop.at({ host_key: '' }),
    },
    'another key of the server': {
      code: 'HostKeyUnverified',
      field: 'host_key',
      situation: () => scene().shop.at({ host_key: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDTWDzV3lTBcaaNuNE' }),
    },
    'a key of the server that is revoked': {
      code: 'SettingUnusable',
      field: 'host_key',
      situation: () =>
        scene().shop.at({ host_key: `@revoked * ${scene().shop.server.hostKeys['ed25519']?.publicKey}` }),
    },
    'a key that the server does not know': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => scene().shop.at({ private_key: scene().strangeKey }),
    },
    'an unknown user': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => scene().shop.at({ username: 'nobody-at-all' }),
    },
    'a password where a key is wanted': {
      code: 'CredentialsRejected',
      field: 'private_key',
      situation: () => scene().shop.at({ private_key: '', password: 'x' }),
    },
    'a key that is encrypted': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () => scene().shop.at({ private_key: scene().encryptedKey }),
    },
    'a wrong passphrase': {
      code: 'SettingUnusable',
      field: 'passphrase',
      situation: () =>
        scene().shop.at({ private_key: scene().encryptedKey, passphrase: 'a wrong passphrase' }),
    },
    'a key that is none': {
      code: 'SettingUnusable',
      field: 'private_key',
      situation: () => scene().shop.at({ private_key: 'not a key' }),
    },
    'a folder that is not there': {
      code: 'NothingFound',
      field: 'search_prefix',
      situation: () => scene().shop.inFolder('nowhere'),
    },
    'a folder that is closed': {
      code: 'PermissionDenied',
      field: 'search_prefix',
      situation: () => scene().shop.inFolder('closed'),
    },
    'an empty folder': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('void'),
    },
    'a pattern that nothing matches': {
      code: 'NothingFound',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('shop', 'invoices'),
    },
    'a pattern that is none': {
      code: 'SettingUnusable',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('shop', '('),
    },
    'a key column that is not there': {
      code: 'FileMalformed',
      field: 'key_properties',
      situation: () => scene().shop.inFolder('shop', 'orders', 'number'),
    },
    'a quotation mark without end': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('broken', 'quote'),
    },
    'another encoding': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('broken', 'latin'),
    },
    'a JSON list': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('broken', 'list'),
    },
    'a kind of file that is not read': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('broken', 'xlsx'),
    },
    'a file that is not packed': {
      code: 'FileMalformed',
      field: 'search_pattern',
      situation: () => scene().shop.inFolder('broken', 'packed'),
    },
    'tables that are no JSON': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => scene().shop.tables('[orders]'),
    },
    'a table without a name': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () => scene().shop.tables([{ search_prefix: '', search_pattern: 'x' }]),
    },
    'a table twice': {
      code: 'SettingUnusable',
      field: 'tables',
      situation: () =>
        scene().shop.tables([1, 2].map(() => ({ table_name: 'orders', search_pattern: 'orders' }))),
    },
    'a table without files': {
      code: 'NothingFound',
      field: 'tables',
      situation: () =>
        scene().shop.tables([{ table_name: 'orders', search_prefix: 'shop', search_pattern: 'invoices' }]),
    },
  },
}))
