import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { check as checkSchema } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startRealProvider, type RealProvider } from '../../nouns/oauth/real-provider.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { startKeyProvider } from '../../testing/key-provider.testing.ts'
import { ownAppConnector } from '../../testing/own-app-connector.testing.ts'
import { listen } from '../../testing/provider.testing.ts'

/*
 * From the form to the tap with tokens that settings are exchanged for, at two real token endpoints: an OAuth server that
 * knows clients, and one that verifies assertions. The API takes the tokens that these say are good.
 */

let test: TestApp
let account: TestAccount
let clients: RealProvider
let keys: Awaited<ReturnType<typeof startKeyProvider>>
let api: Server

beforeEach(async () => {
  clients = await startRealProvider('http://localhost:4400')
  keys = await startKeyProvider()
  api = createServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    void isActive(token).then((isGood) =>
      response
        .writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' })
        .end(JSON.stringify(isGood ? { id: 1, people: [{ name: 'anna@acme.test' }] } : {})),
    )
  })
  test = await createTestApp({
    BOBBIN_CONNECTORS: fileURLToPath(new URL('../../testing/own-app-connector.testing.ts', import.meta.url)),
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
  })
  const at = { api: await listen(api), clients: clients.origin, keys: keys.origin }
  const { settingsGrants, hosts, check, config, options } = ownAppConnector(at)
  Object.assign(test.services.registry.find(type) ?? {}, { settingsGrants, hosts, check, config, options })
  account = await test.signUp()
})
afterEach(async () => {
  clients.close()
  keys.close()
  api.close()
  await test.close()
})

const type = 'platform.own-app'
const isActive = async (token: string) => keys.isActive(token) || (await clients.isActive(token))
const byClient = { auth_method: 'client', app_id: 'client-1', app_secret: 's3cret &+' }
const byRobot = () => ({ auth_method: 'robot', key_file: keys.keyFile, person: 'anna@acme.test' })

async function connect(properties: Record<string, string>) {
  const payload = { type, display_name: 'Own app', properties }
  return (await account.call('POST', '/v4/sources', payload)).as(source)
}

async function checked(id: number) {
  const { name } = (await account.call('POST', `/v4/sources/${id}/check`)).as(checkSchema)
  return await vi.waitFor(
    async () => {
      const found = (await account.call('GET', `/v4/sources/${id}/checks/${name}`)).as(checkSchema)
      expect(found.status).not.toMatch(/queued|running/)
      return found
    },
    { timeout: 10_000 },
  )
}

const config = (id: number, query = '') => account.call('GET', `/v4/sources/${id}/config${query}`)
const tokenIn = ({ body }: { body: unknown }) => (body as { access_token?: string }).access_token ?? ''

it.each(['client', 'robot'])('a source of a %s is checked, and its tap has a live token', async (way) => {
  const { id, report_card: card } = await connect(way === 'client' ? byClient : byRobot())
  expect(card.steps.map((step) => step.type)).not.toContain('oauth')
  expect(await checked(id)).toMatchObject({ status: 'succeeded' })
  const first = await config(id)
  expect(first).toMatchObject({ status: 200 })
  expect(await isActive(tokenIn(first))).toBe(true)
  const other = await config(id, '?refresh=true')
  expect(await isActive(tokenIn(other))).toBe(true)
  expect(tokenIn(other)).not.toBe(tokenIn(first))
  expect(JSON.stringify(first.body)).not.toMatch(/settings_digest|settings_refused/)
})

it('a wrong secret is told at its field, by the check and by the config, and never as a lost consent', async () => {
  const { id } = await connect({ ...byClient, app_secret: 'wrong' })
  expect(await checked(id)).toMatchObject({
    status: 'failed',
    failure: { code: 'CredentialsRejected', field: 'app_secret' },
  })
  expect(await config(id)).toMatchObject({
    status: 409,
    body: { data: { reason: 'settings_refused', code: 'CredentialsRejected', field: 'app_secret' } },
  })
  await account.call('PUT', `/v4/sources/${id}`, { properties: { app_secret: 's3cret &+' } })
  expect(await checked(id)).toMatchObject({ status: 'succeeded' })
})

it('what a refusal is about is told at that field', async () => {
  const { id } = await connect({ ...byRobot(), person: 'nobody@acme.test' })
  expect(await checked(id)).toMatchObject({ failure: { code: 'CredentialsRejected', field: 'person' } })
})

it('a token that the vendor ends before its time is fetched anew by the check', async () => {
  const { id } = await connect(byRobot())
  await checked(id)
  keys.forgetTokens()
  expect(await checked(id)).toMatchObject({ status: 'succeeded' })
})

it('an API that takes no token of theirs refuses the settings', async () => {
  const { id } = await connect(byRobot())
  await checked(id)
  keys.forgetTokens()
  keys.revokeKey()
  expect(await checked(id)).toMatchObject({ failure: { code: 'CredentialsRejected', field: 'key_file' } })
  const { body } = await account.call('GET', '/v4/events?after=0')
  expect(JSON.stringify(body)).not.toContain('credentials.revoked')
})

it('a vendor that is down says nothing of the settings', async () => {
  const { id } = await connect(byRobot())
  keys.close()
  expect(await checked(id)).toMatchObject({ failure: { code: 'VendorUnavailable', field: null } })
  expect(await config(id)).toMatchObject({ status: 503, body: { data: { reason: 'VendorUnavailable' } } })
})

it('whoever changes the method gets a token of the new one', async () => {
  const { id } = await connect(byClient)
  await checked(id)
  const before = tokenIn(await config(id))
  await account.call('PUT', `/v4/sources/${id}`, { properties: byRobot() })
  expect(await checked(id)).toMatchObject({ status: 'succeeded' })
  const after = tokenIn(await config(id))
  expect(keys.isActive(after)).toBe(true)
  expect(after).not.toBe(before)
})

it('a list of the form is asked with the token of what is saved, and with nothing that is not', async () => {
  const { id } = await connect(byRobot())
  const ask = (properties: Record<string, string>, sourceId: number | null) =>
    test.services.vendorOptions.tryForm(
      account.id,
      { type, sourceId, properties },
      { property: 'person', query: '', cursor: null },
      AbortSignal.timeout(10_000),
    )
  const saved = { auth_method: 'robot', person: 'anna@acme.test' }
  expect(await ask(saved, id)).toMatchObject({ data: [{ value: 'anna@acme.test' }] })
  const isUnsaved = { code: 'Conflict', data: { reason: 'incomplete', step: 'form' } }
  await expect(ask({ ...saved, key_file: 'another' }, id)).rejects.toMatchObject(isUnsaved)
  await expect(ask(byRobot(), null)).rejects.toMatchObject(isUnsaved)
})
