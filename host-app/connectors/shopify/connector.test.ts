import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { meantValue } from '@bobbin/shared/setting-rules'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { resolveEndpoint } from '../endpoints.ts'
import { grantOf } from '../grant.testing.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { shopify } from './connector.ts'
import { allScopes, app, type FakeShopify, startFakeShopify } from './fake-shopify.testing.ts'
import { shopifyStreams } from './shopify-streams.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { shop: 'acme', start_date: '2026-01-31' }

let fake: FakeShopify
beforeAll(async () => {
  fake = await startFakeShopify()
  fake.tokens.set('shpat_all', { shop: 'acme', scopes: allScopes, state: 'good' })
  fake.tokens.set('shpat_few', { shop: 'acme', scopes: ['read_orders', 'read_inventory'], state: 'good' })
  fake.tokens.set('shpat_over', { shop: 'acme', scopes: allScopes, state: 'over' })
})
afterAll(() => fake?.close())

function withToken(accessToken: string | null, shop = 'acme'): Situation {
  const grant = grantOf(accessToken, { kept: { shop }, scopes: allScopes })
  return { settings: { ...settings, shop }, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

const expired = (situation: () => Situation) => ({
  code: 'AuthorizationExpired' as const,
  field: null,
  situation,
})

describeRestConnector(shopify, {
  example: { ...settings, date_window_size: '30', results_per_page: '250' },
  junk: {
    shop: ['', 'acme.myshopify.com', 'https://acme', '-acme', 'a/b', 'a'.repeat(64)],
    start_date: ['', 'yesterday'],
    date_window_size: ['0'],
    results_per_page: ['0', '251', 'all'],
  },
  working: () => withToken('shpat_all'),
  fake: () => fake,
  secrets: () => [...fake.tokens.keys()],
  failures: {
    'a made-up token': expired(() => withToken('shpat_none')),
    'a token that is over': expired(() => withToken('shpat_over')),
    'no grant': expired(() => withToken(null)),
    'a token of another shop': expired(() => withToken('shpat_all', 'other')),
    'a shop that there is not': {
      code: 'HostNotFound',
      field: 'shop',
      situation: () => withToken('shpat_all', 'nobody'),
    },
  },
})

const accessOf = async (situation: Situation) => {
  const { streams, error, lines } = await runConnector(shopify, situation)
  expect(error).toBeNull()
  return { access: Object.fromEntries(streams.map((one) => [one.tap_stream_id, one.access])), lines }
}

describe('what a grant may read', () => {
  it('is told of each stream, with the scope that it lacks', async () => {
    const { access } = await accessOf(withToken('shpat_few'))
    expect(Object.keys(access)).toEqual(shopifyStreams.map(({ id }) => id))
    const lacks = (scope: string) => ({ reason: 'needs_scope', scope })
    expect(access).toEqual({
      ...{
        abandoned_checkouts: undefined,
        orders: undefined,
        order_refunds: undefined,
        transactions: undefined,
      },
      ...{ tender_transactions: undefined, inventory_items: undefined, inventory_levels: undefined },
      ...{ events: undefined, metafields: undefined },
      ...{ collects: lacks('read_products'), custom_collections: lacks('read_products') },
      ...{ products: lacks('read_products'), smart_collections: lacks('read_products') },
      ...{ customers: lacks('read_customers'), draft_orders: lacks('read_draft_orders') },
      ...{ locations: lacks('read_locations'), price_rules: lacks('read_price_rules') },
    })
  })

  it('is everything with every scope', async () => {
    const { access } = await accessOf(withToken('shpat_all'))
    expect(Object.values(access).filter(Boolean)).toEqual([])
  })
})

it('waits where Shopify asks it to, and asks again', async () => {
  fake.requestsLeft = 3
  expect((await accessOf(withToken('shpat_all'))).lines).toEqual(['The service asks to wait 0 s.'])
})

it('names the shop', async () => {
  const report = { phase: () => {}, log: () => {} }
  const context = { ...withToken('shpat_all'), signal: AbortSignal.timeout(30_000), report }
  expect(await shopify.identify?.(context)).toBe('Acme Ltd (acme.myshopify.com)')
})

it('makes the config of a tap', () => {
  const { grant } = withToken('shpat_all')
  expect(shopify.config?.({ settings: { ...settings, results_per_page: '100' }, grant })).toEqual({
    ...{ shop: 'acme', start_date: '2026-01-31T00:00:00Z', results_per_page: '100', api_key: 'shpat_all' },
  })
})

it.each([
  ['https://acme.myshopify.com/admin', 'acme'],
  ['https://acme.myshopify.com', 'acme'],
  ['https://admin.shopify.com/store/acme', 'acme'],
  ['https://admin.shopify.com/store/acme/orders?status=open', 'acme'],
  ['admin.shopify.com/store/acme', 'acme'],
  ['https://admin.shopify.com/', 'https://admin.shopify.com/'],
  ['https://evil.test/store/acme', 'https://evil.test/store/acme'],
])('by %s the shop %s is meant', (address, shop) => {
  const property = shopify.info.properties.find(({ name }) => name === 'shop')
  expect(meantValue(property, address)).toBe(shop)
})

it('is granted by Shopify what it can renew and end there', async () => {
  const { oauth: provider, hosts } = shopify
  if (!provider) throw new Error('It has a provider.')
  const ways = { provider, client: app, fetch: fake.inPlace(fetch), now: () => Date.now() }
  const kept = { shop: 'other' }
  const redirect = 'https://bobbin.test/oauth/callback/shopify'
  const consent = await ways.fetch(
    `${resolveEndpoint(provider.authorizationEndpoint, kept, hosts)}?${new URLSearchParams({
      ...{ client_id: app.id, redirect_uri: redirect, scope: provider.scopes.join(','), state: 's' },
    })}`,
    { redirect: 'manual' },
  )
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Record<string, string>,
  ) => {
    const endpoint = resolveEndpoint(provider.tokenEndpoint, kept, hosts)
    const answer = await requestToken({ ...ways, endpoint, grantType, timeout: 30_000, parameters })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }
  const granted = await ask('authorization_code', { code, redirect_uri: redirect })
  expect(granted.lifetime).toBe(3_600_000)
  expect(granted.values['scope']).toBe(provider.scopes.join(' '))
  const { values } = await ask('refresh_token', { refresh_token: granted.values['refresh_token'] ?? '' })
  const run = () => runConnector(shopify, withToken(values['access_token'] ?? '', 'other'))
  expect((await run()).error).toBeNull()
  const tokens = { ...values, ...kept }
  const signal = AbortSignal.timeout(30_000)
  expect(await revokeToken({ ...ways, hosts, tokens, signal })).toEqual({ kind: 'revoked' })
  expect((await run()).error).toMatchObject({ code: 'AuthorizationExpired' })
  expect(await revokeToken({ ...ways, hosts, tokens, signal })).toEqual({ kind: 'token_expired' })
})

it('has no field that Shopify’s own package does not know', () => {
  const folder = fileURLToPath(
    new URL('../../ts/rest/admin/2026-04/', import.meta.resolve('@shopify/shopify-api')),
  )
  const files: Readonly<Record<string, string>> = {
    inventory_items: 'inventory_item',
    order_refunds: 'refund',
  }
  const unknown = shopifyStreams.flatMap(({ id, fields }) => {
    const text = readFileSync(`${folder}${files[id] ?? id.replace(/s$/, '')}.d.ts`, 'utf8')
    const [, body = ''] = /^export declare class \w+ extends Base \{\n([^]*?)^\}/m.exec(text) ?? []
    const known = new Set([...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name))
    return fieldsOf(fields).flatMap(([name]) => (known.has(name) ? [] : [`${id}.${name}`]))
  })
  expect(unknown).toEqual([])
})
