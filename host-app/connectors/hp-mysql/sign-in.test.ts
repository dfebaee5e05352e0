import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { on } from 'node:events'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, selfSigned, type Identity } from '../hp-postgres/certificates.testing.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpMysql } from './connector.ts'
import { at } from './fixtures.testing.ts'
import {
  capabilities,
  challenge,
  column,
  end,
  greeting,
  ok,
  otherPlugin,
  packet,
  refusal,
  startFakeServer,
  text,
  type FakeServer,
} from './hostile-server.testing.ts'

/*
 * MySQL 8 as far as the sign-in goes, which is what it does differently: no such server can be had here as a package.
 */

const password = 'Pass wörd'
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' })
let identity: Identity
const servers: FakeServer[] = []
beforeAll(async () => {
  identity = await selfSigned(newKey)
})
afterAll(() => servers.forEach((server) => server.close()))

const sha256 = (...parts: Buffer[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const xor = (one: Buffer, other: Buffer) =>
  Buffer.from(one.map((byte, index) => byte ^ (other[index % other.length] ?? 0)))

/** What proves the password without telling it. */
function scrambled(secret: string): Buffer {
  const once = sha256(Buffer.from(secret))
  return xor(once, sha256(sha256(once), challenge))
}

interface Options {
  readonly tls?: boolean
  /** The server remembers the user, and needs nothing but the proof. */
  readonly remembers?: boolean
  /** Said in the same breath as the greeting, where there is TLS. */
  readonly whispers?: Buffer
  readonly plugin?: string
  /** It refuses to set what it does not know. */
  readonly knowsNoSettings?: boolean
}

async function startMysql8({
  tls = false,
  remembers = false,
  whispers,
  plugin = 'caching_sha2_password',
  knowsNoSettings = false,
}: Options) {
  const flags = capabilities.usual | (tls ? capabilities.tls : 0)
  const server = await startFakeServer((socket) => {
    socket.write(Buffer.concat([greeting({ plugin, flags }), whispers ?? Buffer.alloc(0)]))
    if (!tls) return void signIn(socket, 2)
    socket.once('data', (bytes) => {
      // The client does not wait before it begins with TLS.
      socket.removeAllListeners('data').pause()
      socket.unshift(bytes.subarray(4 + bytes.readUIntLE(0, 3)))
      const secureContext = createSecureContext({ cert: identity.certificate, key: identity.key })
      const secure = new TLSSocket(socket, { isServer: true, secureContext })
      secure.on('error', () => {})
      void signIn(secure, 3)
    })
  })
  servers.push(server)
  return { host: '127.0.0.1', port: server.port, heard: server.heard }

  async function signIn(socket: Duplex, sequence: number): Promise<void> {
    const words = packetsOf(socket)
    const next = async () => (await words.next()).value ?? Buffer.alloc(0)
    const isKnown = (said: Buffer) => said.includes(scrambled(password))
    const first = await next()
    let isIn = false
    if (plugin === 'mysql_clear_password') {
      socket.write(otherPlugin(sequence, plugin))
      isIn = (await next()).equals(Buffer.from(`${password}\0`))
      sequence += 2
    } else if (isKnown(first) && remembers) {
      socket.write(packet(sequence++, Buffer.from([1, 3])))
      isIn = true
    } else {
      socket.write(packet(sequence, Buffer.from([1, 4])))
      let told = await next()
      sequence += 2
      if (told.equals(Buffer.from([2]))) {
        socket.write(packet(sequence, Buffer.concat([Buffer.from([1]), Buffer.from(publicKey)])))
        told = xor(
          privateDecrypt({ key: keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, await next()),
          challenge,
        )
        sequence += 2
      }
      isIn = told.equals(Buffer.from(`${password}\0`))
    }
    socket.write(isIn ? ok(sequence) : refusal(sequence, 1045, 'Access denied', '28000'))
    for await (const said of words) {
      const sql = said.toString('latin1', 1).trim()
      socket.write(
        sql.startsWith('set ')
          ? knowsNoSettings
            ? refusal(1, 1235, 'not supported')
            : ok(1)
          : sql.includes('version()')
            ? version()
            : refusal(1, 1142, 'no'),
      )
    }
  }
}

/** `select version(), …`: three texts. */
const version = () =>
  Buffer.concat([
    packet(1, Buffer.from([3])),
    ...[2, 3, 4].map(column),
    end(5),
    packet(6, Buffer.concat(['8.4.3', 'MySQL Community Server - GPL', '0'].map(text))),
    end(7),
  ])

async function* packetsOf(stream: Duplex): AsyncGenerator<Buffer> {
  let bytes = Buffer.alloc(0)
  for await (const [chunk] of on(stream, 'data', { close: ['end', 'close'] })) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUIntLE(0, 3)) {
      const stop = 4 + bytes.readUIntLE(0, 3)
      yield bytes.subarray(4, stop)
      bytes = bytes.subarray(stop)
    }
  }
}

async function signIn(options: Options, settings: Record<string, string> = {}) {
  const server = await startMysql8(options)
  const ssl = options.tls ? 'require' : 'disable'
  const run = await runConnector(hpMysql, at(server, { password, ssl, ...settings }))
  return { ...run, heard: server.heard() }
}

const signedIn = expect.arrayContaining([expect.stringContaining('8.4.3')])

describe('caching_sha2_password', () => {
  it('lets in whom the server remembers, without encryption', async () => {
    const { lines, heard } = await signIn({ remembers: true })
    expect(lines).toEqual(signedIn)
    expect(heard.includes(password)).toBe(false)
  })

  it('lets in whom the server does not remember, by its key', async () => {
    const { lines, heard } = await signIn({})
    expect(lines).toEqual(signedIn)
    expect(heard.includes(password)).toBe(false)
  })

  it('lets in over TLS', async () => {
    const { lines, heard } = await signIn({ tls: true })
    expect(lines).toEqual(signedIn)
    expect(heard.includes(password)).toBe(false)
  })

  it('turns away who does not know the password', async () => {
    for (const tls of [false, true]) {
      const { error } = await signIn({ tls }, { password: 'another' })
      expect(error).toMatchObject({ code: 'CredentialsRejected', field: 'password' })
    }
  })
})

it('tells the password as it is over TLS, to a server that wants it so', async () => {
  const { lines, heard } = await signIn({ tls: true, plugin: 'mysql_clear_password' })
  expect(lines).toEqual(signedIn)
  expect(heard.includes(password)).toBe(false)
  const bare = await signIn({ plugin: 'mysql_clear_password' })
  expect(bare.error).toMatchObject({ code: 'AuthenticationNotSupported', field: 'ssl' })
  expect(bare.heard.includes(password)).toBe(false)
})

it('takes nothing that was said before TLS for what the server says', async () => {
  for (const whispers of [ok(2), otherPlugin(2, 'mysql_clear_password'), Buffer.from([1])]) {
    const { error } = await signIn({ tls: true, whispers })
    expect(error).toMatchObject({ code: 'ProtocolViolation' })
  }
})

it('reads from what stands in front of a server and does not know how to forbid itself to write', async () => {
  const { lines } = await signIn({ remembers: true, knowsNoSettings: true })
  expect(lines).toEqual(signedIn)
})
