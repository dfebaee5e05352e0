import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { meantValue } from '@bobbin/shared/setting-rules'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { resolveEndpoint } from '../endpoints.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { shopify } from './connector.ts'
import { openShopify, type ShopifyScene } from './contract.testing.ts'
import { app } from './fake-shopify.testing.ts'
import { shopifyStreams } from './shopify-streams.ts'

let scene: ShopifyScene
beforeAll(async () => {
  scene = await openShopify()
})
afterAll(() => scene?.close())

const accessOf = async (situation: Situation) => {
  const { streams, error, lines } = await runConnector(shopify, situation)
  expect(error).toBeNull()
  return { access: Object.fromEntries(streams.map((one) => [one.tap_stream_id, one.access])), lines }
}

it('may read everything with every scope', async () => {
  const { access } = await accessOf(scene.withToken('shpat_all'))
  expect(Object.keys(access)).toEqual(shopifyStreams.map(({ id }) => id))
  expect(Object.values(access).filter(Boolean)).toEqual([])
})

it('waits where Shopify asks it to, and asks again', async () => {
  scene.fake.requestsLeft = 3
  expect((await accessOf(scene.withToken('shpat_all'))).lines).toEqual(['The service asks to wait 0 s.'])
})

it('gives a tap what was set of it', () => {
  const { settings, grant } = scene.withToken('shpat_all')
  const config = shopify.config?.({ settings: { ...settings, results_per_page: '100' }, grant })
  expect(config).toMatchObject({ results_per_page: '100', api_key: 'shpat_all' })
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
  const ways = { provider, client: app, fetch: scene.fake.inPlace(fetch), now: () => Date.now() }
  const kept = { shop: 'other' }
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Record<string, string>,
  ) => {
    const endpoint = resolveEndpoint(provider.tokenEndpoint, kept, hosts)
    const answer = await requestToken({ ...ways, endpoint, grantType, timeout: 30_000, parameters })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }
  const granted = await ask('authorization_code', await scene.consent('other'))
  expect(granted.lifetime).toBe(3_600_000)
  expect(granted.values['scope']).toBe(provider.scopes.join(' '))
  const { values } = await ask('refresh_token', { refresh_token: granted.values['refresh_token'] ?? '' })
  const run = () => runConnector(shopify, scene.withToken(values['access_token'] ?? '', 'other'))
  expect((await run()).error).toBeNull()
  const tokens = { ...values, ...kept }
  const signal = AbortSignal.timeout(30_000)
  expect(await revokeToken({ ...ways, hosts, tokens, signal })).toEqual({ kind: 'revoked' })
  expect((await run()).error).toMatchObject({ code: 'AuthorizationExpired' })
  expect(await revokeToken({ ...ways, hosts, tokens, signal })).toEqual({ kind: 'token_expired' })
})

it('has no field that Shopify’s own package does not know', () => {
  const folder = fileURLToPath(
    new URL('../../ts/rest/admin/2026-07/', import.meta.resolve('@shopify/shopify-api')),
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
