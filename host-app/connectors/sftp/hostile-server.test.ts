import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestProcesses } from '../../server/testing/processes.testing.ts'
import { makeKey } from '../ssh/keys.testing.ts'
import { startPasswordServer } from '../ssh/password-server.testing.ts'
import { act, filePlays } from './hostile-files.testing.ts'

const runner = createTestProcesses()
const password = 'a good password'
let hostKey: { privateKey: string; publicKey: string }
beforeAll(async () => {
  hostKey = await makeKey()
})
afterAll(() => runner.close())

/** How a check of the whole ends, in a process of its own. */
async function outcome(port: number, isQuick: boolean): Promise<unknown> {
  const settings = {
    host: '127.0.0.1',
    port: String(port),
    username: 'reader',
    password,
    host_key: hostKey.publicKey,
    // Where it is not about time, a slow machine has enough of it.
    request_timeout: isQuick ? '3' : '55',
  }
  const listener = { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() }
  const task = { type: 'platform.sftp', calls: 'check' as const, settings, grant: null }
  return runner.run(task, listener, AbortSignal.timeout(240_000)).catch((error: unknown) => error)
}

const expected = (code: string | null) =>
  code === null ? { discovered: true } : { name: 'ConnectorError', code }

describe('a server of files that', () => {
  it.each(Object.entries(filePlays))('%s is told as what it is', async (_, { code, ...play }) => {
    const server = await startPasswordServer({
      hostKey: hostKey.privateKey,
      password,
      onReady: (connection) => act(connection, play),
    })
    const ended = await outcome(server.port, code === 'ConnectionTimeout')
    server.close()
    expect(ended).toMatchObject(expected(code))
  })
})

/** The beginning of one with a single byte in it, and padding. */
const packet = (length: number, type: number) => {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt32BE(length)
  bytes[4] = 10
  bytes[5] = type
  return bytes
}
const ident = Buffer.from('SSH-2.0-Hostile\r\n')

/** What is said before anything is encrypted; with `endless` again and again. */
const greetings: Readonly<Record<string, { says: Buffer; endless?: Buffer; code: string }>> = {
  'says nothing': { says: Buffer.alloc(0), code: 'ConnectionTimeout' },
  'says nothing after its name': { says: ident, code: 'ConnectionTimeout' },
  'greets without end': {
    says: Buffer.alloc(0),
    endless: Buffer.from('hello\r\n'),
    code: 'ConnectionRefused',
  },
  'has a greeting without end': {
    says: Buffer.alloc(0),
    endless: Buffer.from('hello '),
    code: 'ConnectionRefused',
  },
  'speaks an old version': { says: Buffer.from('SSH-1.5-Old\r\n'), code: 'ConnectionRefused' },
  'has a name without end': {
    says: Buffer.from('SSH-2.0-'),
    endless: Buffer.from('x'),
    code: 'ConnectionRefused',
  },
  'announces a packet of two gigabytes': {
    says: Buffer.concat([ident, packet(0x7f_ff_ff_ff, 20)]),
    code: 'ProtocolViolation',
  },
  'lets everybody in before it has shown who it is': {
    says: Buffer.concat([ident, packet(12, 52), Buffer.alloc(10)]),
    code: 'ProtocolViolation',
  },
  'says a packet that is cut': {
    says: Buffer.concat([ident, packet(12, 20), Buffer.alloc(10)]),
    code: 'ProtocolViolation',
  },
  'says packets that mean nothing without end': {
    says: ident,
    endless: Buffer.concat([packet(12, 2), Buffer.alloc(10)]),
    code: 'ConnectionTimeout',
  },
}

describe('a server that', () => {
  it.each(Object.entries(greetings))('%s is told as what it is', async (_, { says, endless, code }) => {
    const server = await listen(says, endless)
    const address = server.address()
    const ended = await outcome(
      typeof address === 'object' ? (address?.port ?? 0) : 0,
      code === 'ConnectionTimeout',
    )
    server.close()
    expect(ended).toMatchObject(expected(code))
  })
})

async function listen(says: Buffer, endless?: Buffer): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    socket.write(says)
    if (!endless) return
    const portion = Buffer.concat(Array.from({ length: 1_000 }, () => endless))
    const goOn = () => {
      while (!socket.destroyed && socket.write(portion));
    }
    socket.on('drain', goOn)
    goOn()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
