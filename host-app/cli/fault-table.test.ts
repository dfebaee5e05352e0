import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createdAccount } from '@bobbin/shared/account'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { expect, it } from 'vitest'
import type { Finding } from './doctor/finding.ts'
import { openPlace, type ServeOptions, type TestPlace, type TestServer } from './cli.testing.ts'

/*
 * What goes wrong below a running server, and what `/readyz`, a caller, the wizard's page, the log and the
 * doctor say of it: the table of README.md, a row each.
 */

interface Fault {
  readonly name: string
  /** A disk of its own, and where it is mounted. */
  readonly disk?: { readonly at: (place: TestPlace) => string; readonly size: string }
  /** How the server is started where that matters. */
  readonly start?: (place: TestPlace, disk: string) => ServeOptions
  readonly harm: (at: Scene) => unknown
  /** What a caller asks for; a new account where nothing is said. */
  readonly ask?: (at: Scene) => Promise<Response>
  /** The reason in a refusal; null: it is served as ever. */
  readonly readyz: 'database' | 'key' | 'connectors' | null
  readonly caller: 'storage' | 'key' | null
  /** What a person sees whose flow is under way. */
  readonly page: 200 | 503
  readonly log: RegExp
  /** What is not well, by check. */
  readonly doctor: Readonly<Record<string, unknown>>
  /** Undoes it, where that can be: the server works again by itself. */
  readonly mend?: (at: Scene) => unknown
}

interface Scene {
  readonly place: TestPlace
  readonly server: TestServer
  /** Where this test finds the fault's disk. */
  readonly disk: string
  readonly account: { readonly id: number; readonly token: string }
}

const rightKey = `k1:${randomBytes(32).toString('base64')}`
const wrongRing = `k2:${randomBytes(32).toString('base64')},k1:${randomBytes(32).toString('base64')}`
const outage = (reason: string) =>
  expect.stringMatching(new RegExp(`^fail: \\S+/readyz answers 503 \\(${reason}\\)`))

const faults: readonly Fault[] = [
  {
    name: 'the disk under the log is full',
    disk: { at: ({ dataDir }) => join(dataDir, 'log'), size: '256k' },
    start: (_place, disk) => ({ log: join(disk, 'server.log') }),
    harm: fillDisk,
    readyz: null,
    caller: null,
    page: 200,
    log: /The log cannot be written \(ENOSPC\); its lines are lost/,
    doctor: {},
    mend: ({ disk }) => unlinkSync(join(disk, 'filler')),
  },
  {
    name: 'the disk under the data is full',
    disk: { at: ({ dataDir }) => dataDir, size: '40m' },
    harm: fillDisk,
    readyz: 'database',
    caller: 'storage',
    page: 503,
    log: /"fault":"disk_full"/,
    doctor: { disk: 'fail: only 0 MB are free: make room', BOBBIN_URL: outage('database') },
    mend: ({ disk }) => unlinkSync(join(disk, 'filler')),
  },
  {
    name: 'the disk fails',
    // A file that may not be written beyond its limit fails as a broken disk does.
    start: () => ({ shell: `trap '' XFSZ;` }),
    harm: ({ server }) => run('prlimit', `--pid=${server.pid}`, '--fsize=0:'),
    readyz: 'database',
    caller: 'storage',
    page: 503,
    log: /"fault":"io"/,
    doctor: { BOBBIN_URL: outage('database') },
    mend: ({ server }) => run('prlimit', `--pid=${server.pid}`, '--fsize=unlimited:'),
  },
  {
    name: 'the database was deleted',
    harm: ({ place }) => unlinkSync(join(place.dataDir, 'bobbin.sqlite')),
    readyz: 'database',
    caller: 'storage',
    page: 503,
    log: /"fault":"file_gone".*was deleted or replaced while it was in use/,
    doctor: {
      database: expect.stringMatching(/^fail: \S+bobbin\.sqlite was deleted in use: its log is still there/),
      BOBBIN_URL: outage('database'),
    },
  },
  {
    name: 'a key has the wrong bytes for rows that come later',
    start: () => ({ env: { BOBBIN_ENCRYPTION_KEYS: wrongRing } }),
    harm: sealElsewhere,
    ask: ({ server, account }) =>
      fetch(`${server.url}/v4/sources/1/config`, { headers: { authorization: `Bearer ${account.token}` } }),
    readyz: 'key',
    caller: 'key',
    // A page holds no secret.
    page: 200,
    log: /The key \\"k1\\" in BOBBIN_ENCRYPTION_KEYS opens none of the rows/,
    doctor: {
      keys: expect.stringMatching(/^fail: The key "k1" in BOBBIN_ENCRYPTION_KEYS opens none of the rows/),
      BOBBIN_URL: outage('key'),
    },
  },
  {
    name: 'the connector processes cannot be started',
    start({ dataDir }) {
      // Where the folder of their snapshot would be.
      writeFileSync(join(dataDir, 'connector-process'), '')
      return {}
    },
    harm: () => {},
    readyz: 'connectors',
    caller: null,
    page: 200,
    log: /"fault":"not_started".*the connector processes cannot be started: EEXIST/,
    doctor: { BOBBIN_URL: outage('connectors') },
    mend: ({ place }) => unlinkSync(join(place.dataDir, 'connector-process')),
  },
]

// Side by side: each has a server of its own, and most of it is waiting for what is tried again.
it.concurrent.for(faults)('$name', async (fault, { expect, onTestFinished }) => {
  const { start, harm, mend, ...said } = fault
  const place = await openPlace({ BOBBIN_LOG_LEVEL: 'info', BOBBIN_TIMINGS: '{"heartbeat":200}' })
  onTestFinished(() => place.close())
  const disk = said.disk ? (await place.mountDisk(said.disk.at(place), `size=${said.disk.size}`)).seenAt : ''
  const options = start?.(place, disk) ?? {}
  const server = await place.serve(options.env, options)
  const scene = { place, server, disk, account: accountOf(await (await signUp(server)).json()) }
  const openPage = await startFlow(server, scene.account.token)
  expect((await openPage()).status).toBe(200)
  await harm(scene)

  const ask = () => (said.ask ? said.ask(scene) : signUp(server))
  if (said.caller === null) for (let times = 0; times < 40; times += 1) expect((await ask()).status).toBe(200)
  else {
    // What is left of room in the store's own files is used up first.
    await expect.poll(async () => (await ask()).status, { timeout: 60_000, interval: 10 }).toBe(503)
    expect(await (await ask()).json()).toMatchObject({ error: 'Unavailable', data: { reason: said.caller } })
  }
  const ready = await fetch(`${server.url}/readyz`)
  expect(ready.status).toBe(said.readyz === null ? 200 : 503)
  if (said.readyz !== null) expect(await ready.json()).toMatchObject({ data: { reason: said.readyz } })
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  // Nothing is written for a flow that nobody has claimed.
  expect((await fetch(`${server.url}/connect/${'a'.repeat(22)}`)).status).toBe(200)
  const page = await openPage()
  expect([page.status, page.headers.get('content-type')]).toEqual([said.page, 'text/html; charset=utf-8'])
  if (said.page === 503) expect(await page.text()).toContain('Not available at the moment')
  const log = server.output.stdout + server.output.stderr
  expect(log).toMatch(said.log)
  expect(log).not.toContain('cannot rollback')
  // What failed counts for some seconds, which on a busy machine are over.
  if (said.caller !== null) await ask()
  expect(await examine(scene, options.env)).toEqual(said.doctor)

  if (mend) {
    await mend(scene)
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200)
    expect((await signUp(server)).status).toBe(200)
    expect((await openPage()).status).toBe(200)
  }
  expect(await server.stop()).toBe(0)
})

/** What the doctor finds beside the running server, by check. */
async function examine({ place, server }: Scene, env: Readonly<Record<string, string>> = {}) {
  const PORT = new URL(server.url).port
  const { stdout, code } = await place.bobbin(['doctor', '--json'], { ...env, PORT })
  const { findings } = JSON.parse(stdout) as { findings: Finding[] }
  const unwell = findings.filter(({ status }) => status !== 'ok')
  expect(code).toBe(unwell.some(({ status }) => status === 'fail') ? 1 : 0)
  return Object.fromEntries(unwell.map(({ check, status, message }) => [check, `${status}: ${message}`]))
}

let people = 0
function signUp(server: TestServer): Promise<Response> {
  return send('POST', `${server.url}/v3/accounts`, {
    company: 'Acme',
    email: `a${(people += 1)}@acme.test`,
    first_name: 'Anna',
    last_name: 'Ax',
    partner_id: 'partner',
    partner_secret: 'a partner secret of a good length',
  })
}

function send(method: 'POST' | 'PUT', url: string, body: object, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body)
  return fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, body: text })
}

const accountOf = (body: unknown) => {
  const { access_token: token, stitch_account_id: id } = createdAccount.parse(body)
  return { token, id }
}

/** A flow that a page has claimed; returns what shows its window, as the browser that it is bound to. */
async function startFlow({ url }: TestServer, token: string): Promise<() => Promise<Response>> {
  const origin = 'https://app.customer.test'
  const authorization = `Bearer ${token}`
  await send('PUT', `${url}/v4/account`, { allowed_origins: [origin] }, { authorization })
  const session = await send('POST', `${url}/v3/sessions/ephemeral`, {}, { authorization })
  const id = randomBytes(16).toString('base64url')
  const cookie = (await fetch(`${url}/connect/${id}`)).headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const claim = {
    ...createdEphemeralToken.parse(await session.json()),
    app_key: randomBytes(16).toString('base64url'),
    display: 'popup',
    function: 'addSource',
    type: 'platform.test-shop',
  }
  const claimed = await send('POST', `${url}/flows/${id}/claim`, claim, {
    origin,
    'content-type': 'text/plain',
  })
  expect(claimed.status).toBe(200)
  return () => fetch(`${url}/connect/${id}`, { headers: { cookie } })
}

/** A source whose secrets another process has sealed, that has the right bytes of the key. */
async function sealElsewhere({ place, server, account }: Scene): Promise<void> {
  const values = { password: 'right' }
  const properties = { tables: '1', ...values }
  const body = { type: 'platform.test-shop', display_name: 'Shop', properties }
  const made = await send('POST', `${server.url}/v4/sources`, body, {
    authorization: `Bearer ${account.token}`,
  })
  const { id } = source.parse(await made.json())
  expect(id).toBe(1)
  await place.withCore(
    ({ database, credentials }) =>
      database.write((tx) =>
        credentials.save(tx, { accountId: account.id, sourceId: id, kind: 'form', values }),
      ),
    { BOBBIN_ENCRYPTION_KEYS: rightKey },
  )
}

function fillDisk({ disk }: Scene): void {
  const file = openSync(join(disk, 'filler'), 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(file)
  }
}

function run(command: string, ...args: string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`)
}
