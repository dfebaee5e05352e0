import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/*
 * Stripe as its reference tells of it: keys and their permissions, lists and their pages, its limits, and where grants are
 * given and ended. `fake-stripe.test.ts` holds it to Stripe's own client.
 * https://docs.stripe.com/connect/oauth-reference, https://docs.stripe.com/error-codes
 */

/** By list: the permission of a restricted key that it takes, and what its records are. */
const lists: Readonly<Record<string, readonly [permission: string, object: string]>> = {
  balance_transactions: ['rak_balance_transaction_read', 'balance_transaction'],
  charges: ['rak_charge_read', 'charge'],
  coupons: ['rak_coupon_read', 'coupon'],
  customers: ['rak_customer_read', 'customer'],
  disputes: ['rak_dispute_read', 'dispute'],
  events: ['rak_event_read', 'event'],
  invoiceitems: ['rak_invoice_read', 'invoiceitem'],
  invoices: ['rak_invoice_read', 'invoice'],
  payment_intents: ['rak_payment_intent_read', 'payment_intent'],
  payouts: ['rak_payout_read', 'payout'],
  plans: ['rak_plan_read', 'plan'],
  products: ['rak_product_read', 'product'],
  subscriptions: ['rak_subscription_read', 'subscription'],
  transfers: ['rak_transfer_read', 'transfer'],
}
const accountPermission = 'rak_accounts_kyc_basic_read'
export const allPermissions = [accountPermission, ...Object.values(lists).map(([permission]) => permission)]

export const platform = { clientId: 'ca_platform', secret: 'sk_test_platform' }
const account = 'acct_1Shop'
/** Whose consents give codes that begin with its name. */
const otherAccount = 'acct_2Other'

interface FakeKey {
  /** Whose it is, of those that a consent gave. */
  readonly grantedBy?: string
  /** Null: it may do everything. */
  readonly permissions: readonly string[] | null
  state: 'good' | 'revoked' | 'expired' | 'disconnected'
}

export interface FakeStripe extends FakeVendor {
  readonly keys: Map<string, FakeKey>
  /** Codes that a person's consent gave, each good for once. */
  readonly codes: Set<string>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
}

export async function startFakeStripe(): Promise<FakeStripe> {
  const keys = new Map<string, FakeKey>([[platform.secret, { permissions: null, state: 'good' }]])
  const codes = new Set<string>()
  /** Tokens by the code that they came of, the newest last: they can be renewed, and end with a second use of the code. */
  const granted = new Map<string, string[]>()
  const vendor = await startFakeVendor((request) => {
    const { status, body, headers } = answer(request)
    return { status, body, headers: { 'request-id': 'req_1', ...headers } }
  })
  const stripe: FakeStripe = Object.assign(vendor, { keys, codes, requestsLeft: Infinity })
  return stripe

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, headers } = request
    const { pathname: path } = url
    if (method === 'POST' && path === '/oauth/token') return grant(request)
    if (method === 'POST' && path === '/oauth/deauthorize') return deauthorize(request)
    if (method !== 'GET') return fail(404, { message: `Unrecognized request URL (${method}: ${path}).` })
    const key = keyOf(request)
    if (key === null) return fail(401, { message: 'You did not provide an API key.' })
    const known = keys.get(key)
    const shown = `${key.slice(0, 8)}****`
    if (key.startsWith('pk_')) {
      const message = 'This API call cannot be made with a publishable API key. Please use a secret API key.'
      return fail(403, { code: 'secret_key_required', message })
    }
    if (known?.state === 'expired')
      return fail(401, { code: 'api_key_expired', message: `Expired API Key provided: ${shown}` })
    if (known?.state === 'disconnected') {
      const message = `The provided key '${shown}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`
      return fail(403, { code: 'account_invalid', message })
    }
    if (known?.state !== 'good') return fail(401, { message: `Invalid API Key provided: ${shown}` })
    stripe.requestsLeft -= 1
    if (stripe.requestsLeft < 0) {
      stripe.requestsLeft = Infinity
      const message = 'Request rate limit exceeded.'
      return {
        ...fail(429, { code: 'rate_limit', message }),
        headers: { 'stripe-rate-limited-reason': 'global-rate', 'retry-after': '0' },
      }
    }
    const version = headers['stripe-version']
    if (version !== undefined && !/^\d{4}-\d\d-\d\d(\.[a-z]+)?$/.test(String(version))) {
      return fail(400, { message: `Invalid Stripe API version: ${String(version)}` })
    }
    const name = /^\/v1\/([a-z_]+)$/.exec(path)?.[1] ?? ''
    const [permission, object] = name === 'account' ? [accountPermission, 'account'] : (lists[name] ?? [])
    if (permission === undefined || object === undefined) {
      return fail(404, { message: `Unrecognized request URL (GET: ${path}).` })
    }
    if (known.permissions && !known.permissions.includes(permission)) {
      const message = `The provided key '${shown}' does not have the required permissions for this endpoint on account '${account}'. Having the '${permission}' permission would allow this request to continue.`
      return fail(403, { message })
    }
    return name === 'account' ? { body: shop } : page(path, object, url.searchParams)
  }

  function grant({ form, headers }: AskedRequest): FakeAnswer {
    const secret = form.get('client_secret') ?? keyOf({ headers })
    if (secret !== platform.secret) return refuse(401, 'invalid_client', 'No such API key.')
    const type = form.get('grant_type')
    const isRenewal = type === 'refresh_token'
    if (type !== 'authorization_code' && !isRenewal) {
      return refuse(400, 'unsupported_grant_type', `Unsupported: ${type}`)
    }
    const code = isRenewal ? form.get('refresh_token')?.replace(/^rt_/, '') : form.get('code')
    if (!code) return refuse(400, 'invalid_request', 'No code was provided.')
    const before = granted.get(code)
    const end = (state: FakeKey['state']) =>
      before?.forEach((token) => keys.set(token, { permissions: null, state, grantedBy: accountOf(code) }))
    // One that is used again is somebody else's, too: all that came of it ends.
    if (!isRenewal && before) end('disconnected')
    const isGood = isRenewal ? before !== undefined : codes.delete(code)
    if (!isGood) return refuse(400, 'invalid_grant', `Authorization code does not exist: ${code}`)
    if ((form.get('scope') ?? 'read_only') !== 'read_only') {
      return refuse(400, 'invalid_scope', 'The scope is more than was granted.')
    }
    end('revoked')
    const token = `sk_test_granted_by_${code}_${before?.length ?? 0}`
    granted.set(code, [...(before ?? []), token])
    const grantedBy = accountOf(code)
    keys.set(token, { permissions: null, state: 'good', grantedBy })
    return {
      body: {
        ...{ access_token: token, livemode: false, refresh_token: `rt_${code}`, token_type: 'bearer' },
        ...{ stripe_publishable_key: 'pk_test_1', stripe_user_id: grantedBy, scope: 'read_only' },
      },
    }
  }

  function deauthorize({ form, headers }: AskedRequest): FakeAnswer {
    // The secret in the body counts at the token endpoint alone.
    if (keyOf({ headers }) !== platform.secret) return refuse(401, 'invalid_client', 'No such API key.')
    const user = form.get('stripe_user_id')
    if (user === null || !form.has('client_id'))
      return refuse(400, 'invalid_request', 'A parameter is missing.')
    const good = [...keys].filter(([, { state, grantedBy }]) => grantedBy === user && state === 'good')
    if (form.get('client_id') !== platform.clientId || good.length === 0) {
      return refuse(401, 'invalid_client', `This application is not connected to stripe account '${user}'.`)
    }
    for (const [, key] of good) key.state = 'disconnected'
    for (const code of granted.keys()) if (accountOf(code) === user) granted.delete(code)
    return { body: { stripe_user_id: user } }
  }
}

function accountOf(code: string): string {
  return code.startsWith('other_') ? otherAccount : account
}

/** By Bearer, or as the user of Basic. */
function keyOf({ headers }: Pick<AskedRequest, 'headers'>): string | null {
  const [scheme, value = ''] = headers.authorization?.split(' ') ?? []
  if (scheme === 'Bearer') return value
  return scheme === 'Basic' ? (Buffer.from(value, 'base64').toString().split(':')[0] ?? '') : null
}

function fail(status: number, error: { message: string; code?: string; param?: string }): FakeAnswer {
  return { status, body: { error: { type: 'invalid_request_error', ...error } } }
}

function refuse(status: number, error: string, words: string): FakeAnswer {
  return { status, body: { error, error_description: words } }
}

const shop = {
  ...{ id: account, object: 'account', country: 'IE', default_currency: 'eur', email: 'anna@shop.test' },
  business_profile: { name: 'Shop Ltd', url: null },
}

/** Five records, newest first, from behind the one that `starting_after` names. */
function page(path: string, object: string, query: URLSearchParams): FakeAnswer {
  const limit = Number(query.get('limit') ?? '10')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return fail(400, { param: 'limit', message: `Invalid integer: ${query.get('limit')}` })
  }
  const all = [5, 4, 3, 2, 1].map((number) => ({
    id: `${object}_${number}`,
    object,
    created: 1_790_000_000 + number,
  }))
  const after = query.get('starting_after')
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== null && from === 0) {
    return fail(400, {
      code: 'resource_missing',
      param: 'starting_after',
      message: `No such ${object}: '${after}'`,
    })
  }
  const data = all.slice(from, from + limit)
  return { body: { object: 'list', url: path, has_more: from + limit < all.length, data } }
}
