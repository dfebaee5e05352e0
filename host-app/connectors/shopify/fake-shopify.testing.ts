import { createHmac, randomUUID } from 'node:crypto'
import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/*
 * Shopify as its reference tells of it: shops, the consent and its signed callback, grants that expire, lists with their
 * scopes and pages, its limits, and how an app is uninstalled. `fake-shopify.test.ts` holds it to Shopify's own package.
 */

/** By list: the scope that it takes; null where it takes none. */
const lists: Readonly<Record<string, string | null>> = {
  checkouts: 'read_orders',
  collects: 'read_products',
  custom_collections: 'read_products',
  customers: 'read_customers',
  draft_orders: 'read_draft_orders',
  events: null,
  inventory_items: 'read_inventory',
  locations: 'read_locations',
  metafields: null,
  orders: 'read_orders',
  price_rules: 'read_price_rules',
  products: 'read_products',
  smart_collections: 'read_products',
  tender_transactions: 'read_orders',
}
export const allScopes = [...new Set(Object.values(lists).filter((scope) => scope !== null))]

/** Our registration there. */
export const app = { id: 'client-1', secret: 'shpss_of_our_app' }

interface FakeToken {
  readonly shop: string
  readonly scopes: readonly string[]
  state: 'good' | 'over'
}

interface RefreshToken extends Pick<FakeToken, 'shop' | 'scopes'> {
  readonly issuedAt: number
  /** When it was first used. */
  usedAt: number | null
  /** The one before it, which its use retires. */
  readonly before: string | null
}

const day = 86_400_000

export interface FakeShopify extends FakeVendor {
  /** Milliseconds; what is good for a while is good until then. */
  now: number
  readonly shops: Set<string>
  /** Shops that owe something, or are locked. */
  readonly closed: Map<string, 402 | 423>
  readonly tokens: Map<string, FakeToken>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
}

/** As Shopify signs what a browser brings. */
export function signed(query: Readonly<Record<string, string>>, secret = app.secret): Record<string, string> {
  const text = Object.keys(query)
    .toSorted()
    .map((name) => `${name}=${encodeURIComponent(query[name] ?? '')}`)
    .join('&')
  return { ...query, hmac: createHmac('sha256', secret).update(text).digest('hex') }
}

export async function startFakeShopify(): Promise<FakeShopify> {
  const tokens = new Map<string, FakeToken>()
  const codes = new Map<string, Pick<FakeToken, 'shop' | 'scopes'>>()
  /** Each is taken until the one after it is used. */
  const refreshTokens = new Map<string, RefreshToken>()
  const vendor = await startFakeVendor((request) => {
    const { status, body, headers } = answer(request)
    return { status, body, headers: { 'x-request-id': 'req-1', ...headers } }
  })
  const shopify: FakeShopify = Object.assign(vendor, {
    ...{ now: 0, shops: new Set(['acme', 'other']), closed: new Map(), tokens, requestsLeft: Infinity },
  })
  return shopify

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, headers } = request
    // What stands before `.myshopify.com`, or before `.localhost`, where it is dialled without `inPlace`.
    const shop =
      /^([a-z0-9-]+)\.(?:myshopify\.com|localhost:\d+)$/.exec(request.host.toLowerCase())?.[1] ?? ''
    if (!shopify.shops.has(shop)) return fail(404, 'Not Found')
    const { pathname: path } = url
    if (method === 'GET' && path === '/admin/oauth/authorize') return consent(shop, url.searchParams)
    if (method === 'POST' && path === '/admin/oauth/access_token') return grant(shop, fieldsOf(request))
    const name = String(headers['x-shopify-access-token'] ?? '')
    const token = tokens.get(name)
    if (token?.shop !== shop || token.state !== 'good') {
      return fail(401, '[API] Invalid API key or access token (unrecognized login or wrong password)')
    }
    const closed = shopify.closed.get(shop)
    if (closed !== undefined) return fail(closed, closed === 402 ? 'Unavailable Shop' : 'Locked')
    shopify.requestsLeft -= 1
    if (shopify.requestsLeft < 0) {
      shopify.requestsLeft = Infinity
      const words =
        'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.'
      return { ...fail(429, words), headers: { 'retry-after': '0.0', ...bucket(40) } }
    }
    if (method === 'DELETE' && path === '/admin/api_permissions/current.json') return uninstall(shop)
    const [, list = ''] = /^\/admin\/api\/\d{4}-\d\d\/([a-z_]+)\.json$/.exec(path) ?? []
    if (method !== 'GET') return fail(406, 'Not Acceptable')
    if (list === 'shop') return { body: { shop: shopOf(shop) }, headers: bucket(1) }
    const scope = Object.hasOwn(lists, list) ? lists[list] : undefined
    if (scope === undefined) return fail(404, 'Not Found')
    if (scope !== null && !token.scopes.includes(scope)) {
      return fail(403, `[API] This action requires merchant approval for ${scope} scope.`)
    }
    return { ...page(list, url), ...{ headers: { ...bucket(1), ...page(list, url).headers } } }
  }

  /** The person allows it at once. */
  function consent(shop: string, asked: URLSearchParams): FakeAnswer {
    const scopes = (asked.get('scope') ?? '').split(',').filter((scope) => scope !== '')
    const redirect = asked.get('redirect_uri')
    if (
      asked.get('client_id') !== app.id ||
      redirect === null ||
      scopes.some((one) => !allScopes.includes(one))
    ) {
      return { status: 400, body: { error: 'invalid_request' } }
    }
    const code = randomUUID()
    codes.set(code, { shop, scopes })
    const query = signed({
      ...{ code, host: Buffer.from(`admin.shopify.com/store/${shop}`).toString('base64') },
      ...{ shop: `${shop}.myshopify.com`, state: asked.get('state') ?? '' },
      timestamp: String(Math.floor(Date.now() / 1_000)),
    })
    return { status: 302, body: '', headers: { location: `${redirect}?${new URLSearchParams(query)}` } }
  }

  function grant(shop: string, form: URLSearchParams): FakeAnswer {
    const isOurs = form.get('client_id') === app.id && form.get('client_secret') === app.secret
    if (!isOurs) return refuse('invalid_client', 'The client is not known.')
    const isRenewal = form.get('grant_type') === 'refresh_token'
    const given = form.get(isRenewal ? 'refresh_token' : 'code') ?? ''
    const found = isRenewal ? renewed(given) : codes.get(given)
    if (found?.shop !== shop) {
      return isRenewal
        ? refuse('invalid_grant', 'The refresh token is not valid.')
        : refuse('invalid_request', 'The authorization code was not found or was already used.')
    }
    codes.delete(given)
    const { scopes } = found
    const token = `shpat_${randomUUID()}`
    const said = { access_token: token, scope: scopes.join(',') }
    if (!isRenewal && form.get('expiring') !== '1') {
      tokens.set(token, { shop, scopes, state: 'good' })
      return { body: said }
    }
    // One that expires ends those before it.
    for (const other of tokens.values()) if (other.shop === shop) other.state = 'over'
    if (!isRenewal) for (const [name, one] of refreshTokens) if (one.shop === shop) refreshTokens.delete(name)
    tokens.set(token, { shop, scopes, state: 'good' })
    const refreshToken = `shprt_${randomUUID()}`
    const before = isRenewal ? given : null
    refreshTokens.set(refreshToken, { shop, scopes, issuedAt: shopify.now, usedAt: null, before })
    return {
      body: { ...said, expires_in: 3600, refresh_token: refreshToken, refresh_token_expires_in: 7_776_000 },
    }
  }

  /** What lives for 90 days is taken for 30 days once it was used, until the one after it is. */
  function renewed(given: string): RefreshToken | undefined {
    const found = refreshTokens.get(given)
    if (!found) return undefined
    const { issuedAt, usedAt } = found
    const end = Math.min(issuedAt + 90 * day, (usedAt ?? shopify.now) + 30 * day)
    if (shopify.now > end) return undefined
    found.usedAt ??= shopify.now
    if (found.before !== null) refreshTokens.delete(found.before)
    return found
  }

  function uninstall(shop: string): FakeAnswer {
    for (const token of tokens.values()) if (token.shop === shop) token.state = 'over'
    for (const [name, one] of refreshTokens) if (one.shop === shop) refreshTokens.delete(name)
    return { body: {} }
  }
}

/** It takes both, and its own package sends JSON. */
function fieldsOf({ headers, body, form }: AskedRequest): URLSearchParams {
  const isJson = headers['content-type']?.includes('json') ?? false
  return isJson ? new URLSearchParams(JSON.parse(body) as Record<string, string>) : form
}

function fail(status: number, errors: unknown): FakeAnswer {
  return { status, body: { errors } }
}

function refuse(error: string, words: string): FakeAnswer {
  return { status: 400, body: { error, error_description: words } }
}

const bucket = (full: number) => ({ 'x-shopify-shop-api-call-limit': `${full}/40` })

const shopOf = (shop: string) => ({
  ...{ id: 548380009, name: 'Acme Ltd', email: 'anna@acme.test', domain: `${shop}.test` },
  myshopify_domain: `${shop}.myshopify.com`,
})

/** Five records, the way to the next ones in the header. */
function page(list: string, { searchParams: query, origin, pathname }: URL): FakeAnswer {
  const limit = Number(query.get('limit') ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 250) {
    return fail(400, { limit: 'must be between 1 and 250' })
  }
  if (list === 'inventory_items' && !query.has('ids')) {
    return fail(422, { ids: 'Required parameter missing or invalid' })
  }
  const cursor = query.get('page_info')
  const from = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString())
  if (!Number.isInteger(from)) return fail(400, { page_info: 'Invalid value.' })
  if (cursor !== null && query.has('status')) {
    return fail(400, { status: 'status cannot be passed when page_info is present.' })
  }
  const all = query.has('ids')
    ? []
    : [1, 2, 3, 4, 5].map((id) => ({ id, updated_at: '2026-11-30T12:00:00Z' }))
  const next = `${origin}${pathname}?limit=${limit}&page_info=${Buffer.from(String(from + limit)).toString('base64url')}`
  return {
    body: { [list]: all.slice(from, from + limit) },
    ...(from + limit < all.length && { headers: { link: `<${next}>; rel="next"` } }),
  }
}
