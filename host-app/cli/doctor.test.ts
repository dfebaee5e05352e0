import { randomBytes } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-port.mjs'
import { listenLocally, type LocalServer } from '../demo/local-server.ts'
import type { Finding } from './doctor/finding.ts'
import { openPlace, type TestPlace } from './cli.testing.ts'

let place: TestPlace
beforeEach(async () => {
  place = await openPlace({
    BOBBIN_TIMINGS: '{"heartbeat":200}',
    BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:9',
    BOBBIN_LOG_LEVEL: 'silent',
  })
})
afterEach(() => place.close())

/** What is not well, by check. */
async function examine(env: Record<string, string>, ...args: string[]) {
  const { code, stdout, stderr } = await place.bobbin(['doctor', '--json', ...args], env)
  expect(stderr).toBe('')
  const { findings, ok } = JSON.parse(stdout) as { findings: Finding[]; ok: boolean }
  expect(code).toBe(ok ? 0 : 1)
  const unwell = findings.filter(({ status }) => status !== 'ok')
  return Object.fromEntries(unwell.map(({ check, status, message }) => [check, `${status}: ${message}`]))
}

/** A proxy as one meets them: it "hardens" headers, and gathers a stream until it ends. */
function harmfulProxy(target: string): Promise<LocalServer> {
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', headers } = incoming
    const forwarded = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      const chunks: Buffer[] = []
      delete answer.headers['access-control-allow-origin']
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        outgoing.writeHead(answer.statusCode ?? 500, {
          ...answer.headers,
          'cross-origin-opener-policy': 'same-origin',
        })
        outgoing.end(Buffer.concat(chunks))
      })
    })
    outgoing.on('close', () => forwarded.destroy())
    forwarded.on('error', () => outgoing.destroy())
    forwarded.end()
  })
  return listenLocally(server, 0)
}

it('finds nothing wrong where all is well, and says what is to be done at the provider', async () => {
  const { url } = await place.serve()
  const PORT = new URL(url).port
  const unwell = await examine({ PORT })
  expect(unwell).toMatchObject({
    'oauth demo-crm': `warn: Demo CRM has no client, and is not offered: register ${url}/oauth/callback/demo-crm at the provider, then set BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID and BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET or add it by bobbin oauth-clients`,
  })
  expect(Object.keys(unwell).filter((check) => !check.startsWith('oauth '))).toEqual([])
})

it('names every OAuth client with what has to be registered, to the letter, and what has none', async () => {
  const type = 'platform.stripe'
  const { id } = await place.withCore(({ database, oauthClients }) =>
    database.write(async (tx) => {
      await oauthClients.create(tx, 1, { type, client_id: 'of an account', client_secret: 's' })
      return oauthClients.create(tx, null, { type, client_id: 'ours', client_secret: 's', is_default: false })
    }),
  )
  const BOBBIN_URL = 'https://connect.acme.test'
  const settings = {
    BOBBIN_URL,
    BOBBIN_OAUTH_STRIPE_CLIENT_ID: 'of settings',
    BOBBIN_OAUTH_STRIPE_CLIENT_SECRET: 's',
    BOBBIN_OAUTH_HARVEST_CLIENT_ID: 'without a secret',
  }
  const { stdout } = await place.bobbin(['doctor', '--offline'], settings)
  const of = (slug: string) => stdout.split('\n').filter((line) => line.includes(`oauth ${slug}: `))
  const uri = `${BOBBIN_URL}/oauth/callback/stripe`
  expect(of('stripe')).toEqual([
    expect.stringMatching(`^ok +oauth stripe: client of settings \\(the settings\\), .*: ${uri}$`),
    expect.stringMatching(`^ok +.*client of an account \\(account 1, oac_.*: ${uri}$`),
    expect.stringMatching(`^ok +.*client ours \\(yours, ${id}, spare\\), .*: ${uri}$`),
  ])
  expect(of('harvest').join()).toMatch(/^warn .*without its secret/)
  expect(of('zendesk').join()).toMatch(/has no client, and is offered by .* alone/)
  expect(of('xero').join()).toMatch(/has no client, and is not offered/)
})

it('finds the proxy that changes headers and keeps streams back', async () => {
  const { url } = await place.serve()
  const proxy = await harmfulProxy(url.replace('localhost', '127.0.0.1'))
  const unwell = await examine({ BOBBIN_URL: `http://127.0.0.1:${proxy.port}` })
  expect(unwell).toMatchObject({
    'wizard headers': expect.stringMatching(/^fail: cross-origin-opener-policy is "same-origin"/),
    'client headers': expect.stringMatching(/access-control-allow-origin is ""/),
    'event streams': expect.stringMatching(/^fail: .*buffering/),
  })
  await proxy.close()
})

it('finds lost keys, an open folder and a server that is not there', async () => {
  await place.withCore(({ database, credentials }) =>
    database.write((tx) =>
      credentials.save(tx, { accountId: 1, sourceId: 1, kind: 'form', values: { password: 'p' } }),
    ),
  )
  await chmod(place.dataDir, 0o755)
  const other = `other:${randomBytes(32).toString('base64')}`
  expect(
    await examine({ BOBBIN_ENCRYPTION_KEYS: other, BOBBIN_URL: `http://127.0.0.1:${await freePort()}` }),
  ).toMatchObject({
    'data folder': expect.stringContaining('chmod 700'),
    keys: expect.stringMatching(/^fail: 1 rows cannot be opened: put their key \(k1\) back/),
    BOBBIN_URL: expect.stringMatching(/^fail: .*does not answer \(ECONNREFUSED\)/),
  })
  expect(await examine({ PORT: 'x' })).toMatchObject({ settings: expect.stringContaining('fail: PORT') })
  const text = await place.bobbin(['doctor', '--offline'])
  expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok {4}settings: valid/) })
})

it('counts rows that are damaged under a key that opens others', async () => {
  await place.withCore(async ({ database, credentials }) => {
    for (const sourceId of [1, 2, 3]) {
      const values = { password: 'p' }
      await database.write((tx) => credentials.save(tx, { accountId: 1, sourceId, kind: 'form', values }))
    }
    await database.write((tx) =>
      sql`update credential set sealed = replace(sealed, 'v1:k1:', 'v1:k1:AAAA') where source_id < 3`.execute(
        tx.db,
      ),
    )
  })
  expect(await examine({}, '--offline')).toMatchObject({
    'damaged rows': expect.stringMatching(
      /^warn: 2 of 3 rows under the key "k1" do not open \(credential\.sealed 2\)/,
    ),
  })
})
