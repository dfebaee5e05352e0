import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createdAccount } from '@bobbin/shared/account'
import { check, type Check } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-port.mjs'
import { ofSoak, soakSeed } from '../../scripts/soak-size.mjs'
import { genuinely, startGenuineServer } from '../connectors/hp-postgres/genuine-server.testing.ts'
import { tamperBy } from '../connectors/hp-postgres/tamper.testing.ts'

/*
 * The product as it is run, against databases that break the protocol in every way: it stays up, the
 * checks of others go on, it keeps no memory of them, and each check ends in a code that says something.
 */

const partner = { partner_id: 'partner', partner_secret: 'a partner secret of a good length' }
const hostileAccounts = 6
/** What the server may have grown by, in bytes. */
const margin = 96 * 1024 ** 2

const dataDir = mkdtempSync(join(tmpdir(), 'bobbin-hostile-'))
let database: Awaited<ReturnType<typeof startGenuineServer>>
let server: ChildProcess
let url: string

beforeAll(async () => {
  database = await startGenuineServer((name) =>
    name === 'genuine' ? genuinely : tamperBy(soakSeed, Number(name)),
  )
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  server = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      PORT: String(port),
      BOBBIN_DATA_DIR: dataDir,
      BOBBIN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      BOBBIN_PARTNER_ID: partner.partner_id,
      BOBBIN_PARTNER_SECRET: partner.partner_secret,
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
      BOBBIN_RATE_LIMIT_TOKEN: '1000000',
      BOBBIN_RATE_LIMIT_ACCOUNT: '1000000',
      BOBBIN_LOG_LEVEL: 'error',
    },
  })
  while (!String(await once(server.stderr ?? server, 'data')).includes('Bobbin is at'));
})
afterAll(async () => {
  server.kill('SIGTERM')
  await once(server, 'exit')
  database.close()
  rmSync(dataDir, { recursive: true })
})

async function call(token: string | null, method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

async function signUp(number: number): Promise<string> {
  const person = { company: 'Acme', email: `a${number}@acme.test`, first_name: 'Anna', last_name: 'Ax' }
  return createdAccount.parse(await call(null, 'POST', '/v3/accounts', { ...person, ...partner }))
    .access_token
}

let made = 0

/** Connects a database, which begins its check; the source's id. */
async function connect(token: string, settings: Readonly<Record<string, string>>): Promise<number> {
  const own = { host: '127.0.0.1', user: 'reader', password: 'pass', ssl: 'disable' }
  const body = {
    type: 'platform.hp-postgres',
    display_name: `db ${(made += 1)}`,
    properties: { ...own, ...settings },
  }
  return source.parse(await call(token, 'POST', '/v4/sources', body)).id
}

const lastCheck = async (token: string, id: number) =>
  check.parse(await call(token, 'GET', `/v4/sources/${id}/last-connection-check`))

/** Connects a database of this name, and waits for the end of its check: looks for it every so many milliseconds. */
async function checkOf(token: string, dbname: string, every = 100): Promise<Check> {
  const id = await connect(token, { port: String(database.port), dbname })
  for (;;) {
    const found = await lastCheck(token, id)
    if (found.status !== 'running') return found
    await delay(every)
  }
}

/** Milliseconds: the middle one of five checks, since a busy machine is late by chance. */
async function timeOfCheck(token: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const begun = performance.now()
    expect(await checkOf(token, 'genuine', 20)).toMatchObject({ status: 'succeeded' })
    times.push(performance.now() - begun)
  }
  return times.toSorted((one, other) => one - other)[2] ?? NaN
}

function memory(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024
}

it('lives on among hostile databases', { timeout: 600_000 }, async () => {
  const count = ofSoak(24, 300)
  const good = await signUp(0)
  expect(await checkOf(good, 'genuine')).toMatchObject({ status: 'succeeded', stream_count: 2 })
  const before = memory()

  const waiting = Array.from({ length: count }, (_, number) => number)
  const ended = new Map<number, Check>()
  const over = new AbortController()
  async function attack(account: number): Promise<void> {
    const token = await signUp(account)
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      ended.set(number, await checkOf(token, String(number)))
    }
  }
  async function goOn(): Promise<Check[]> {
    const checks: Check[] = []
    while (!over.signal.aborted) checks.push(await checkOf(good, 'genuine'))
    return checks
  }
  const others = goOn()
  await Promise.all(Array.from({ length: hostileAccounts }, (_, index) => attack(index + 1)))
  over.abort()

  const codes = [...ended].map(([number, { status, failure }]) => ({ number, code: failure?.code ?? status }))
  const counts: Record<string, number> = {}
  for (const { code } of codes) counts[code] = (counts[code] ?? 0) + 1
  const healthy = await others
  const grown = memory() - before
  const summary = `${JSON.stringify(counts)}, ${healthy.length} others, ${Math.round(grown / 1024 ** 2)} MB more`
  process.stdout.write(`seed ${soakSeed}: ${summary}\n`)
  expect(codes).toHaveLength(count)
  expect(codes.filter(({ code }) => code === 'CheckCrashed' || code === 'CheckFailed')).toEqual([])
  expect(healthy.length).toBeGreaterThan(2)
  expect(healthy.filter(({ status }) => status !== 'succeeded')).toEqual([])
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
  expect(grown).toBeLessThan(margin)
})

it('checks a database in its time while eight checks of another account hear nothing', async () => {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  )
  await once(silent, 'listening')
  const port = String((silent.address() as AddressInfo).port)
  const [healthy, patient] = [await signUp(100), await signUp(101)]
  const alone = await timeOfCheck(healthy)

  const ids = []
  for (let number = 0; number < 8; number++) {
    ids.push(await connect(patient, { port, dbname: 'silent', connect_timeout: '120' }))
  }
  await expect.poll(() => sockets.size).toBe(3)
  // They are silent all the while, and other things of this machine are not: one of three tells.
  let among = Infinity
  for (let tries = 0; tries < 3 && among > 2 * alone; tries += 1) among = await timeOfCheck(healthy)
  process.stdout.write(
    `a check took ${Math.round(alone)} ms alone, ${Math.round(among)} ms among silent ones\n`,
  )
  expect(among).toBeLessThanOrEqual(2 * alone)
  const phases = await Promise.all(ids.map(async (id) => (await lastCheck(patient, id)).phase))
  expect(phases.filter((phase) => phase === 'queued')).toHaveLength(5)
  silent.close()
  for (const socket of sockets) socket.destroy()
})
