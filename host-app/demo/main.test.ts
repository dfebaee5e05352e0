import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownConnectors } from '../connectors/own-connectors.ts'
import { freePort } from '../../scripts/free-port.mjs'

interface Demo {
  child: ChildProcess
  url: string
  hostUrl: string
  /** As it was asked for. */
  port: string
  /** What it said until it was ready. */
  said: string
}

let dataDir: string
let demo: Demo

const main = fileURLToPath(new URL('main.ts', import.meta.url))
/** Of an operator who has a partner already. */
const partner = { id: 'acme', secret: 'a secret of the operator' }

/** Which programs there are, and what of ours Node has compiled already. */
const { PATH, NODE_COMPILE_CACHE = '' } = process.env
const ofMachine = { PATH, NODE_COMPILE_CACHE }

const ofOperator = { BOBBIN_PARTNER_ID: partner.id, BOBBIN_PARTNER_SECRET: partner.secret }

/** Starts the demo as `npm start` does, and reads its addresses where a person would. */
async function startDemo(env: Record<string, string> = ofOperator): Promise<Demo> {
  const port = String(await freePort())
  const child = spawn(process.execPath, [main], {
    env: {
      ...ofMachine,
      PORT: port,
      BOBBIN_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout) {
    output += String(chunk)
    const [, url, hostUrl] = /Open it here:\s+(\S+)\s+host app\s+(\S+)[^]*Ctrl\+C/.exec(output) ?? []
    if (url && hostUrl) return { child, url, hostUrl, port, said: output }
  }
  throw new Error(`The demo did not start: ${output}`)
}

async function stopDemo({ child }: Demo): Promise<unknown> {
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  return (await exit)[0]
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bobbin-demo-'))
  demo = await startDemo()
})
afterAll(async () => {
  if (demo.child.exitCode === null) await stopDemo(demo)
  await rm(dataDir, { recursive: true })
})

let accounts = 0
const createAccount = (partner_id: string, partner_secret: string) =>
  fetch(`${demo.hostUrl}/v3/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      company: 'Acme',
      email: `anna+${(accounts += 1)}@acme.example`,
      first_name: 'Anna',
      last_name: 'Ax',
      partner_id,
      partner_secret,
    }),
  })

const read = async (path: string) => (await fetch(`${demo.url}${path}`)).json()

describe('the demo', () => {
  it("serves a page that may load the client from the host and nothing else's script", async () => {
    const response = await fetch(demo.url)
    const page = await response.text()
    expect(page).toContain(`<script src="${demo.hostUrl}/client/bobbin.umd.min.js"`)
    expect(response.headers.get('content-security-policy')).toContain(`script-src 'self' ${demo.hostUrl};`)
    expect(page).not.toMatch(/<script>|\son\w+=|style=/)
    const client = await fetch(`${demo.hostUrl}/client/bobbin.umd.min.js`)
    expect(client.status).toBe(200)
  })

  it('offers all connectors to an account that lets the page open the wizard', async () => {
    expect(await read('/account')).toMatchObject({ company: 'Smith & Sons', allowed_origins: [demo.url] })
    const types: { type: string }[] = await read('/source-types')
    const own = ownConnectors({ demoCrmUrl: 'https://crm.demo.test' }).map(({ info }) => info.type)
    expect(types.map(({ type }) => type).toSorted()).toEqual(own.toSorted())
    expect(await read('/sources')).toEqual([])
  })

  it("has the operator's partner and port where they are set", async () => {
    expect(new URL(demo.hostUrl).port).toBe(demo.port)
    expect((await createAccount(partner.id, 'a secret of nobody at all')).status).toBe(403)
    expect((await createAccount(partner.id, partner.secret)).status).toBe(200)
    expect(demo.said).toContain(`BOBBIN_PARTNER_ID=${partner.id}\n`)
    expect(demo.said).not.toContain(partner.secret)
  })

  it.each([
    ['its port is taken', () => ({ PORT: demo.port }), /^Port \d+ is taken: .+ set PORT to another\.\n$/],
    [
      'its folder cannot be written',
      () => ({ BOBBIN_DATA_DIR: join(dataDir, 'demo-secrets.json') }),
      /^The data folder .+ cannot be written \(EEXIST\): .+ BOBBIN_DATA_DIR .+\.\n$/,
    ],
    ['another demo runs on its data', () => ({ BOBBIN_DATA_DIR: dataDir }), /^Another server .+\n$/],
    [
      'a setting cannot be used',
      () => ({ BOBBIN_PARTNER_ID: 'acme' }),
      /^The settings cannot be used:\n {2}BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET belong together\n$/,
    ],
  ])('says what is wrong where %s, and ends', async (_, env, said) => {
    const child = spawn(process.execPath, [main], {
      env: { ...ofMachine, BOBBIN_DATA_DIR: join(dataDir, 'other'), ...env() },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const exit = once(child, 'exit')
    expect(await text(child.stderr)).toMatch(said)
    expect(await exit).toEqual([1, null])
  })

  it('makes tokens for its own page only', async () => {
    const ask = (headers: Record<string, string>) => fetch(`${demo.url}/token`, { method: 'POST', headers })
    expect(await (await ask({ origin: demo.url })).json()).toEqual({ ephemeral_token: expect.any(String) })
    expect((await ask({ origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await ask({})).status).toBe(403)
  })

  it('deletes a source for its own page only', async () => {
    const remove = (id: number, headers: Record<string, string>) =>
      fetch(`${demo.url}/sources/${id}`, { method: 'DELETE', headers })
    const { access_token: token } = JSON.parse(
      await readFile(join(dataDir, 'customer-account.json'), 'utf8'),
    ) as { access_token: string }
    const created = await fetch(`${demo.hostUrl}/v4/sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'import_api', display_name: 'Orders' }),
    })
    const { id } = (await created.json()) as { id: number }
    expect((await remove(id, { origin: 'https://elsewhere.example' })).status).toBe(403)
    const deleted = await remove(id, { origin: demo.url })
    expect([deleted.status, await deleted.json()]).toMatchObject([200, { display_name: 'Orders' }])
    expect((await remove(id, { origin: demo.url })).status).toBe(404)
    expect((await remove(0, { origin: demo.url })).status).toBe(404)
  })

  it('answers to no other host name, so that no other site can be pointed at it', async () => {
    expect(await statusFor('elsewhere.example')).toBe(421)
  })

  it("passes Bobbin's refusals on", async () => {
    const response = await fetch(`${demo.url}/sources/99/streams`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: 'SourceNotFound' })
    expect((await fetch(`${demo.url}/sources/99/anything`)).status).toBe(404)
  })

  it('keeps its secrets to its owner', async () => {
    for (const name of ['demo-secrets.json', 'customer-account.json']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600)
    }
  })

  it('leaves nothing behind when it is killed, and starts again, also without its secrets', async () => {
    const exit = once(demo.child, 'exit')
    demo.child.kill('SIGKILL')
    await exit
    const answers = () =>
      fetch(`${demo.hostUrl}/healthz`).then(
        () => true,
        () => false,
      )
    await expect.poll(answers).toBe(false)
    await writeFile(join(dataDir, 'demo-secrets.json'), '')
    demo = await startDemo()
    expect(await read('/account')).toMatchObject({ company: 'Smith & Sons' })
  })

  it('stops on Ctrl+C, and has the same account after a restart', async () => {
    const before = await read('/account')
    expect(await stopDemo(demo)).toBe(0)
    await expect(fetch(`${demo.hostUrl}/healthz`)).rejects.toThrow()
    demo = await startDemo({})
    expect(await read('/account')).toMatchObject({ stitch_account_id: before.stitch_account_id })
  })

  it('says of a partner that it made how to call the API by it, and that works', async () => {
    const line = /^ +export (BOBBIN_URL=.+)$/m.exec(demo.said)?.[1] ?? ''
    const said = Object.fromEntries(line.split(' ').map((pair) => pair.split('=')))
    expect(said).toEqual({
      BOBBIN_URL: demo.hostUrl,
      BOBBIN_PARTNER_ID: 'demo',
      BOBBIN_PARTNER_SECRET: expect.any(String),
    })
    expect((await createAccount('demo', String(said['BOBBIN_PARTNER_SECRET']))).status).toBe(200)
  })
})

function statusFor(host: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(demo.url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
}
