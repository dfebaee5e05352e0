import { spawn } from 'node:child_process'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.mjs'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { HostAddress } from '../connector.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { int32, message } from './hostile-server.testing.ts'
import { preparedPassword } from './saslprep.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
  await server.query('create table things (id integer primary key); grant select on things to public')
})
afterAll(() => server?.stop())

const run = (settings: Record<string, string>, parts: Partial<typeof outbound> = {}) =>
  runConnector(hpPostgres, {
    ...outbound,
    ...parts,
    settings: {
      host: server.host,
      port: String(server.port),
      dbname: 'postgres',
      ssl: 'disable',
      ...settings,
    },
    grant: null,
  })

describe('a password', () => {
  const passwords = [
    'o\ufb03ce-🔑',
    'o\ufb03ce\tkey',
    'no\u00a0break-🔑',
    'no\u00a0break',
    'o\ufb03ce',
    'soft\u00adhyphen',
    '\u00ad',
    'e\u0301',
    '\u05d0abc',
    '\u05d0\u05d1',
    '\ue000 private',
    'tab\tonly',
    'Ⅸ ²',
    'ａ\u3000ｂ',
    '💜'.repeat(100),
    ` '"\\%40:@/ `,
  ]

  it.each(passwords.map((password, index) => [JSON.stringify(password), `p${index}`, password] as const))(
    '%s signs in, as PostgreSQL prepared it',
    async (_, user, password) => {
      await server.query(`create role ${user} login password '${password.replaceAll("'", "''")}'`)
      expect((await run({ user, password })).error).toBeNull()
      expect((await run({ user, password: `${password}.` })).error).toMatchObject({
        code: 'CredentialsRejected',
        field: 'password',
      })
    },
  )

  it('of 600,000 rounds signs in', async () => {
    const verifier = scramVerifier('right password', 600_000)
    await server.query(`create role slow login password '${verifier}'`)
    expect((await run({ user: 'slow', password: 'right password' })).error).toBeNull()
    expect((await run({ user: 'slow', password: 'wrong password' })).error).toMatchObject({
      field: 'password',
    })
  })

  it('is prepared by RFC 4013, and left as it is where that refuses it', () => {
    const cases: [string, string][] = [
      ['I\u00adX', 'IX'],
      ['user', 'user'],
      ['\u00aa', 'a'],
      ['\u2168', 'IX'],
      ['\u0007\u00aa', '\u0007\u00aa'],
      ['\u0627\u0031', '\u0627\u0031'],
      ['\u0627\u0031\u0628', '\u0627\u0031\u0628'],
      ['\u0221\u00aa', '\u0221\u00aa'],
      ['\ud800\u00aa', '\ud800\u00aa'],
      ['\u{e0001}\u00aa', '\u{e0001}\u00aa'],
      ['\u200b\u00aa', ' a'],
    ]
    for (const [password, prepared] of cases) expect(preparedPassword(password)).toBe(prepared)
  })
})

describe('a server that signs in by SCRAM', () => {
  const nonceOf = (bytes: Buffer) => /r=([^,]+)/.exec(bytes.toString('latin1'))?.[1] ?? ''
  const sasl = (kind: number, text: string) => message('R', Buffer.concat([int32(kind), Buffer.from(text)]))
  const offer = sasl(10, 'SCRAM-SHA-256\0\0')
  const challenge = (rest: string) => (bytes: Buffer) => sasl(11, `r=${nonceOf(bytes)}${rest}`)
  const fine = challenge('xyz,s=c2FsdA==,i=4096')
  type Say = (heard: Buffer) => Buffer
  const plays: Record<string, [Say[], object]> = {
    'and cannot sign': [
      [() => offer, fine, () => sasl(12, 'v=AAAA')],
      { code: 'ProtocolViolation', field: 'host' },
    ],
    'and lets in without a signature': [
      [() => offer, fine, () => Buffer.concat([message('R', int32(0)), message('Z', 'I')])],
      { code: 'ProtocolViolation' },
    ],
    'and says who is wrong': [
      [() => offer, fine, () => sasl(12, 'e=invalid-proof')],
      { code: 'CredentialsRejected', field: 'password' },
    ],
    'by another nonce': [
      [() => offer, () => sasl(11, 'r=abc,s=c2FsdA==,i=4096')],
      { code: 'ProtocolViolation' },
    ],
    'by our nonce alone': [[() => offer, challenge(',s=c2FsdA==,i=4096')], { code: 'ProtocolViolation' }],
    'without salt': [[() => offer, challenge('x,i=4096')], { code: 'ProtocolViolation' }],
    'of no rounds': [[() => offer, challenge('x,s=c2FsdA==,i=0')], { code: 'ProtocolViolation' }],
    'of two billion rounds': [
      [() => offer, challenge('x,s=c2FsdA==,i=2147483647')],
      { code: 'AuthenticationNotSupported', detail: expect.stringContaining('2,147,483,647 rounds') },
    ],
    'and begins in the middle': [[() => sasl(11, 'r=abc,s=c2FsdA==,i=4096')], { code: 'ProtocolViolation' }],
    'with channel binding alone': [
      [() => sasl(10, 'SCRAM-SHA-256-PLUS\0\0')],
      { code: 'AuthenticationNotSupported', field: 'user' },
    ],
  }

  it.each(Object.entries(plays))(
    '%s is told as what it is, and never as a wrong password',
    async (_, [says, expected]) => {
      const left = [...says]
      const listening = await listen((socket) =>
        socket.on('data', (heard) => {
          const say = left.shift()
          if (say) socket.write(say(heard))
        }),
      )
      const { error } = await run({ ...listening.at, user: 'anna', password: 'pass word' })
      listening.server.close()
      expect(error).toMatchObject(expected)
    },
  )
})

describe('a name with several addresses', () => {
  const v4 = (address: string): HostAddress => ({ address, family: 4 })
  const lead = (...addresses: HostAddress[]) => ({ resolveAddresses: () => Promise.resolve(addresses) })
  const superuser = () => ({ user: 'postgres', password: server.password, host: 'db.example.com' })

  it('is dialled in turn until one answers, within the timeout', async () => {
    const closed = [v4('127.0.0.2'), v4('127.0.0.3')]
    expect((await run(superuser(), lead(...closed, v4('127.0.0.1')))).error).toBeNull()
    expect(
      (await run(superuser(), lead(...closed, { address: '::1', family: 6 }, v4('127.0.0.1')))).error,
    ).toBeNull()
    expect((await run(superuser(), lead(...closed))).error).toMatchObject({
      code: 'ConnectionRefused',
      field: 'host',
    })
  })

  it('goes on past one that does not answer at all', async () => {
    const stop = await swallowConnections('127.0.0.5', server.port)
    const answered = await run(
      { ...superuser(), connect_timeout: '2' },
      lead(v4('127.0.0.5'), v4('127.0.0.1')),
    )
    const not = await run({ ...superuser(), connect_timeout: '1' }, lead(v4('127.0.0.5'), v4('127.0.0.5')))
    stop()
    expect(answered.error).toBeNull()
    expect(not.error).toMatchObject({ code: 'ConnectionTimeout', field: 'host' })
  })

  it.each(['localhost', 'db.localhost'])('is %s, where it is ::1', async (host) => {
    const listening = await listen((client) => {
      const upstream = connect(server.port, server.host)
      upstream.on('error', () => {}).on('close', () => client.destroy())
      client
        .on('close', () => upstream.destroy())
        .pipe(upstream)
        .pipe(client)
    }, '::1')
    const { error } = await run({ ...superuser(), ...listening.at, host })
    listening.server.close()
    expect(error).toBeNull()
  })
})

async function listen(
  serve: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<{ server: Server; at: { host: string; port: string } }> {
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    serve(socket)
  })
  await once(listening.listen(0, host), 'listening')
  const address = listening.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { server: listening, at: { host, port: String(port) } }
}

/** Takes no connection, and refuses none: its queue is full, and who listens has gone to sleep. */
async function swallowConnections(host: string, port: number): Promise<() => void> {
  const sleeper = `require('node:net').createServer().listen({ host: '${host}', port: ${port}, backlog: 1 }, () => {
    require('node:fs').writeSync(1, 'asleep')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const child = spawn(process.execPath, ['-e', sleeper], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const sockets = Array.from({ length: 3 }, () => connect(port, host).on('error', () => {}))
  await Promise.all(sockets.slice(0, 2).map((socket) => once(socket, 'connect')))
  return () => {
    for (const socket of sockets) socket.destroy()
    child.kill('SIGKILL')
  }
}

/** As PostgreSQL stores it. */
function scramVerifier(password: string, rounds: number): string {
  const salt = Buffer.from('a salt of 16 byt')
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256')
  const key = (name: string) => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`
}
