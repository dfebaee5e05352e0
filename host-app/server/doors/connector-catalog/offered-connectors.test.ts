import { oauthClient } from '@bobbin/shared/oauth-client'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestPage, customerToken, signUpWithPage } from './catalog.testing.ts'

/* What nobody could sign in to is not in the catalog. No settings hold a client for these. */

const harvest = { type: 'platform.harvest', slug: 'harvest' }
const stripe = { type: 'platform.stripe', slug: 'stripe' }

let test: TestApp
let accounts = 0
let account: TestAccount
let browser: ReturnType<typeof createTestPage>
beforeAll(async () => (test = await createTestApp({ BOBBIN_ANONYMOUS_CATALOG: 'true' })))
afterAll(() => test.close())
beforeEach(async () => {
  account = await signUpWithPage(test, `anna-${(accounts += 1)}@acme.test`)
  browser = createTestPage(test)
  await browser.call('POST', '/sessions', { token: await customerToken(test, account) })
})

const register = async (type: string) =>
  (await account.call('POST', '/v4/oauth-clients', { type, client_id: 'ours', client_secret: 's' })).as(
    oauthClient,
  ).id
const remove = (id: string) => account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
const create = async (body: object) =>
  (await account.call('POST', '/v4/sources', { display_name: 'Mine', ...body })).as(source).id
const statusOf = async (path: string) => (await browser.call('GET', path)).status
const slugs = async (path: string) =>
  ((await browser.call('GET', path)).body.connectors as { slug: string }[]).map(({ slug }) => slug)
const clientIdOf = async (id: number) =>
  (await browser.call('GET', `/connection/${id}`)).body.connection.authorization.authorizer
    .client_id as string

it('a connector is there once the account has a client for it, and stays for who has a connection', async () => {
  expect(await slugs('/connectors')).not.toContain(harvest.slug)
  expect(await slugs('/connectors')).toContain(stripe.slug)
  expect(await statusOf(`/connectors/${harvest.slug}`)).toBe(404)
  expect((await browser.call('POST', `/connections/${harvest.slug}`, { body: {} })).status).toBe(404)

  const client = await register(harvest.type)
  expect(await slugs('/connectors')).toContain(harvest.slug)
  expect(await statusOf(`/connectors/${harvest.slug}`)).toBe(200)
  await create({ type: harvest.type })
  await remove(client)
  expect(await slugs('/connectors')).toContain(harvest.slug)
})

it('visitors see what any account could connect', async () => {
  const client = await register(harvest.type)
  expect(await slugs('/platform/connectors')).toContain(harvest.slug)
  expect(await statusOf(`/platform/connectors/${harvest.slug}`)).toBe(200)
  await remove(client)
  expect(await slugs('/platform/connectors')).not.toContain(harvest.slug)
  expect(await statusOf(`/platform/connectors/${harvest.slug}`)).toBe(404)
})

it('a connection names the client of its account by which it is authorized, and none where it has a key', async () => {
  await register(stripe.type)
  const [signed, keyed] = [
    await create({ type: stripe.type, display_name: 'Signed' }),
    await create({ type: stripe.type, display_name: 'Keyed', properties: { client_secret: 'rk_live_1' } }),
  ]
  expect([await clientIdOf(signed), await clientIdOf(keyed)]).toEqual(['ours', ''])
})

it('a source type has the ways to sign in that the account can use', async () => {
  const typeOf = async (type: string) =>
    (await account.call('GET', `/v4/source-types/${type}`)).body as {
      details: { access: boolean }
      steps: { type: string; properties: { name: string }[] }[]
    }
  const shown = async () => {
    const { steps, details } = await typeOf(stripe.type)
    const names = steps.flatMap(({ properties }) => properties.map(({ name }) => name))
    return [details.access, names.includes('auth_method'), steps.some(({ type }) => type === 'oauth')]
  }
  expect(await shown()).toEqual([true, false, false])
  expect((await typeOf(harvest.type)).details.access).toBe(false)
  await register(stripe.type)
  await register(harvest.type)
  expect(await shown()).toEqual([true, true, true])
  const all = (await account.call('GET', '/v4/source-types')).body as {
    type: string
    details: { access: boolean }
  }[]
  expect(all.find(({ type }) => type === harvest.type)?.details.access).toBe(true)
})
