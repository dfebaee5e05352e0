import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/* Harvest as its reference tells of it: a host for who one is, and one for what one's accounts hold. */

export const client = { id: 'bobbin', secret: 'secret-of-bobbin' }

const accounts = [
  { id: 1_001, name: 'North Ltd', product: 'harvest', google_sign_in_required: false },
  { id: 1_002, name: 'South Ltd', product: 'harvest', google_sign_in_required: false },
  { id: 2_001, name: 'Plans of North', product: 'forecast', google_sign_in_required: false },
]
const me = { id: 7, first_name: 'Anna', last_name: 'Berg', email: 'anna@north.test' }

export interface FakeHarvest extends FakeVendor {
  readonly tokens: Set<string>
  /** Codes that a person's consent gave, each good for once. */
  readonly codes: Set<string>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
}

export async function startFakeHarvest(): Promise<FakeHarvest> {
  const [tokens, codes, refreshTokens] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let granted = 0
  const vendor = await startFakeVendor(answer)
  const harvest: FakeHarvest = Object.assign(vendor, { tokens, codes, requestsLeft: Infinity })
  return harvest

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, host, headers } = request
    if (host === 'id.getharvest.com' && method === 'POST' && url.pathname === '/api/v2/oauth2/token') {
      return grant(request)
    }
    if (method !== 'GET') return notFound
    // A name, and behind it where whoever asks can be reached.
    if (!/^\S.* \(.+\)$/.test(headers['user-agent'] ?? '')) return { status: 400, body: { status: 400 } }
    harvest.requestsLeft -= 1
    if (harvest.requestsLeft < 0) {
      harvest.requestsLeft = Infinity
      return { status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '0' } }
    }
    if (!tokens.has(headers.authorization?.replace(/^Bearer /, '') ?? '')) {
      const words = 'The access token provided is expired, revoked, malformed or invalid for other reasons.'
      return { status: 401, body: { error: 'invalid_token', error_description: words } }
    }
    if (host === 'id.getharvest.com') {
      return url.pathname === '/api/v2/accounts' ? { body: { user: me, accounts } } : notFound
    }
    const isTheirs = accounts.some(
      ({ id, product }) => product === 'harvest' && String(id) === headers['harvest-account-id'],
    )
    if (host !== 'api.harvestapp.com' || url.pathname !== '/v2/users/me') return notFound
    return isTheirs ? { body: { ...me, is_active: true } } : { status: 403, body: { message: 'Forbidden' } }
  }

  function grant({ form }: AskedRequest): FakeAnswer {
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret) {
      return { status: 401, body: { error: 'invalid_client' } }
    }
    const isGood =
      form.get('grant_type') === 'refresh_token'
        ? refreshTokens.has(form.get('refresh_token') ?? '')
        : form.get('grant_type') === 'authorization_code' && codes.delete(form.get('code') ?? '')
    if (!isGood) return { status: 400, body: { error: 'invalid_grant' } }
    granted += 1
    const [token, refresh] = [`token-${granted}`, `refresh-${granted}`]
    tokens.add(token)
    refreshTokens.add(refresh)
    const lifetime = { token_type: 'bearer', expires_in: 1_209_600 }
    return { body: { access_token: token, refresh_token: refresh, ...lifetime } }
  }
}

const notFound: FakeAnswer = { status: 404, body: { message: 'Not found' } }
