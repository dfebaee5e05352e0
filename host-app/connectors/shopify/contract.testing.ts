import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { resolveEndpoint } from '../endpoints.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { shopify } from './connector.ts'
import { allScopes, app, startFakeShopify } from './fake-shopify.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { shop: 'acme', start_date: '2026-01-31' }
/** By stream, the scope that a grant for few things lacks of it. */
export const lackedByFew = {
  ...{ collects: 'read_products', custom_collections: 'read_products' },
  ...{ products: 'read_products', smart_collections: 'read_products' },
  ...{ customers: 'read_customers', draft_orders: 'read_draft_orders' },
  ...{ locations: 'read_locations', price_rules: 'read_price_rules' },
}

export type ShopifyScene = Awaited<ReturnType<typeof openShopify>>

/** Shops, with grants of many kinds. */
export async function openShopify() {
  const fake = await startFakeShopify()
  fake.tokens.set('shpat_all', { shop: 'acme', scopes: allScopes, state: 'good' })
  fake.tokens.set('shpat_few', { shop: 'acme', scopes: ['read_orders', 'read_inventory'], state: 'good' })
  fake.tokens.set('shpat_over', { shop: 'acme', scopes: allScopes, state: 'over' })
  for (const [shop, status] of [['frozen', 402] as const, ['locked', 423] as const]) {
    fake.shops.add(shop)
    fake.closed.set(shop, status)
    fake.tokens.set(`shpat_${shop}`, { shop, scopes: allScopes, state: 'good' })
  }
  const withGrant = (grant: ConnectorGrant | null, shop = 'acme'): Situation => ({
    ...{ settings: { ...settings, shop }, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const withToken = (accessToken: string | null, shop = 'acme') =>
    withGrant(grantOf(accessToken, { kept: { shop }, scopes: allScopes }), shop)
  /** What the token endpoint of this shop is told, once its owner has consented. */
  async function consent(shop: string): Promise<{ code: string; redirect_uri: string }> {
    const { oauth: provider, hosts } = shopify
    if (!provider) throw new Error('It has a provider.')
    const redirect_uri = 'https://bobbin.test/oauth/callback/shopify'
    const query = new URLSearchParams({
      ...{ client_id: app.id, redirect_uri, scope: provider.scopes.join(','), state: 's' },
    })
    const page = resolveEndpoint(provider.authorizationEndpoint, { shop }, hosts)
    const answer = await fake.inPlace(fetch)(`${page}?${query}`, { redirect: 'manual' })
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    return { code, redirect_uri }
  }
  return { fake, withGrant, withToken, consent, close: () => fake.close() }
}

const expired = (situation: () => Situation) => ({
  code: 'AuthorizationExpired' as const,
  field: null,
  situation,
})

export const contract = restContractOf(shopify, openShopify, (scene) => ({
  example: { ...settings, date_window_size: '30', results_per_page: '250' },
  junk: {
    shop: ['', 'acme.myshopify.com', 'https://acme', '-acme', 'a/b', 'a'.repeat(64)],
    start_date: ['', 'yesterday'],
    date_window_size: ['0'],
    results_per_page: ['0', '251', 'all'],
  },
  working: () => scene().withToken('shpat_all'),
  fake: () => scene().fake,
  account: 'Acme Ltd (acme.myshopify.com)',
  config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z', api_key: 'shpat_all' }),
  trip: () => ({
    // A new grant of a shop ends the one before.
    ...{ client: app, settings: { shop: 'other' }, fetch: scene().fake.inPlace(fetch) },
    consent: () => scene().consent('other'),
    situation: (grant) => scene().withGrant(grant, 'other'),
  }),
  closed: {
    situation: () => scene().withToken('shpat_few'),
    access: Object.fromEntries(
      Object.entries(lackedByFew).map(([id, scope]) => [id, { reason: 'needs_scope', scope }]),
    ),
  },
  secrets: () => [app.secret, ...scene().fake.tokens.keys()],
  failures: {
    'a made-up token': expired(() => scene().withToken('shpat_none')),
    'a token that is over': expired(() => scene().withToken('shpat_over')),
    'no grant': expired(() => scene().withToken(null)),
    'a token of another shop': expired(() => scene().withToken('shpat_all', 'other')),
    'a shop that owes something': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withToken('shpat_frozen', 'frozen'),
    },
    'a shop that is locked': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withToken('shpat_locked', 'locked'),
    },
    'a shop that there is not': {
      code: 'HostNotFound',
      field: 'shop',
      situation: () => scene().withToken('shpat_all', 'nobody'),
    },
  },
}))
