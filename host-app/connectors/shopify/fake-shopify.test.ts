import { ApiVersion, HttpResponseError, HttpThrottlingError, Session, shopifyApi } from '@shopify/shopify-api'
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allScopes, app, type FakeShopify, signed, startFakeShopify } from './fake-shopify.testing.ts'

/* Shopify's own package, asking the Shopify of our tests: it has to find all that it looks for in a real one. */

const shop = 'acme.myshopify.com'
/** The one that is connected: what expires there ends what was granted before. */
const other = 'other.myshopify.com'
await import('@shopify/shopify-api/adapters/web-api')
const official = shopifyApi({
  apiKey: app.id,
  apiSecretKey: app.secret,
  scopes: ['read_orders', 'read_products'],
  hostName: 'bobbin.test',
  apiVersion: ApiVersion.April26,
  isEmbeddedApp: false,
  logger: { level: 0, log: () => {} },
})

let fake: FakeShopify
beforeAll(async () => {
  fake = await startFakeShopify()
  setAbstractFetchFunc(fake.inPlace(fetch))
  fake.tokens.set('shpat_all', { shop: 'acme', scopes: allScopes, state: 'good' })
  fake.tokens.set('shpat_none', { shop: 'acme', scopes: [], state: 'good' })
})
afterAll(() => fake?.close())

function rest(accessToken: string, of = shop) {
  const session = new Session({ id: '1', shop: of, state: '', isOnline: false, accessToken })
  return new official.clients.Rest({ session })
}

/** There and back: the package asks, the fake consents. */
async function trip() {
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
  const begun = (await official.auth.begin({
    ...{ shop: other, callbackPath: '/callback', isOnline: false },
    rawRequest: new Request('https://bobbin.test/auth', { headers }),
  })) as Response
  const dial = fake.inPlace(fetch)
  const consent = await dial(begun.headers.get('location') ?? '', { redirect: 'manual' })
  const cookie = begun.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const back = new URL(consent.headers.get('location') ?? '')
  return { back, request: () => new Request(back, { headers: { ...headers, cookie } }) }
}

it('signs its callback, which the package believes, and grants by it what expires', async () => {
  const { back, request } = await trip()
  expect(await official.utils.validateHmac(Object.fromEntries(back.searchParams))).toBe(true)
  const { session } = await official.auth.callback({ rawRequest: request(), expiring: true })
  expect(session).toMatchObject({ shop: other, scope: 'read_orders,read_products' })
  expect((session.expires?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(3_600_000)
  expect((await rest(session.accessToken ?? '', other).get({ path: 'shop' })).body).toMatchObject({
    shop: { myshopify_domain: other },
  })

  const { session: renewed } = await official.auth.refreshToken({
    shop: other,
    refreshToken: session.refreshToken ?? '',
  })
  await expect(rest(session.accessToken ?? '', other).get({ path: 'shop' })).rejects.toMatchObject({
    response: { code: 401 },
  })
  expect((await rest(renewed.accessToken ?? '', other).get({ path: 'orders' })).body).toHaveProperty('orders')
  const renew = async (refreshToken = '') =>
    (await official.auth.refreshToken({ shop: other, refreshToken })).session.refreshToken
  // The answer may have got lost, until what it brought is used.
  expect(await renew(session.refreshToken)).not.toBe(renewed.refreshToken)
  const latest = await renew(renewed.refreshToken)
  await expect(renew(session.refreshToken)).rejects.toMatchObject({ response: { code: 400 } })
  fake.now += 91 * 86_400_000
  await expect(renew(latest)).rejects.toMatchObject({ response: { code: 400 } })
})

it('grants for good what was not asked to expire', async () => {
  const { request } = await trip()
  const { session } = await official.auth.callback({ rawRequest: request(), expiring: false })
  expect([session.expires, session.refreshToken]).toEqual([undefined, undefined])
})

it('signs so that the package finds what was changed', async () => {
  const query = {
    code: 'c',
    shop,
    state: 's',
    timestamp: String(Math.floor(Date.now() / 1_000)),
    host: 'YWI/+8=',
  }
  expect(await official.utils.validateHmac(signed(query))).toBe(true)
  expect(await official.utils.validateHmac({ ...signed(query), code: 'd' })).toBe(false)
  expect(await official.utils.validateHmac(signed(query, 'of somebody'))).toBe(false)
})

it('pages through a list by its links', async () => {
  const client = rest('shpat_all')
  const ids: unknown[] = []
  let asked: Parameters<typeof client.get>[0] | undefined = {
    path: 'orders',
    query: { limit: 2, status: 'any' },
  }
  while (asked) {
    const { body, pageInfo } = await client.get<{ orders: { id: unknown }[] }>(asked)
    ids.push(...body.orders.map(({ id }) => id))
    asked = pageInfo?.nextPage as typeof asked
  }
  expect(ids).toEqual(['1', '2', '3', '4', '5'])
})

describe('fails as Shopify does', () => {
  const get = (token: string, of = shop, path = 'customers') => rest(token, of).get({ path })
  it.each([
    ['a token that there is not', () => get('shpat_x'), 401, /Invalid API key or access token/],
    ['a token without the scope', () => get('shpat_none'), 403, /merchant approval for read_customers scope/],
    ['a shop that there is not', () => get('shpat_none', 'nobody.myshopify.com'), 404, /Not Found/],
    ['a list that there is not', () => get('shpat_none', shop, 'nothing'), 404, /Not Found/],
  ])('%s', async (_what, ask, code, words) => {
    const error = await ask().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HttpResponseError)
    expect(error).toMatchObject({ response: { code }, message: expect.stringMatching(words) })
  })

  it('too many requests, with when to come again', async () => {
    fake.requestsLeft = 0
    const error = await get('shpat_all').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HttpThrottlingError)
    expect(error).toMatchObject({ response: { retryAfter: 0 } })
  })
})
