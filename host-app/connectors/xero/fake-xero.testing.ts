import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/*
 * Xero as its documentation tells of it: tenants and what connects to them, scopes of each list, pages, limits, and where
 * tokens are given, renewed and ended. `fake-xero.test.ts` holds it to Xero's own client.
 */

/** By list: the scopes of which it takes one, and whether it knows pages. */
const lists: Readonly<Record<string, readonly [scopes: readonly string[], isPaged: boolean]>> = {
  Accounts: [['settings'], false],
  BankTransactions: [['banktransactions'], true],
  Contacts: [['contacts'], true],
  CreditNotes: [['invoices'], true],
  Currencies: [['settings'], false],
  Invoices: [['invoices'], true],
  Items: [['settings', 'invoices'], false],
  ManualJournals: [['manualjournals'], true],
  Organisation: [['settings'], false],
  Overpayments: [['payments'], true],
  Payments: [['payments'], true],
  Prepayments: [['payments'], true],
  PurchaseOrders: [['invoices'], true],
}
const inScope = (name: string) => `accounting.${name}.read`
export const allScopes = [
  'offline_access',
  ...new Set(Object.values(lists).flatMap(([of]) => of.map(inScope))),
]

export const app = { clientId: 'app-1', secret: 'secret-of-the-app', redirectUri: 'https://bobbin.test/back' }
export const tenants = {
  shop: '7cb59f93-2964-421d-bb5e-a0f7a4572a44',
  farm: 'fe79f7dd-b6d4-4a92-ba7b-538af6289c58',
  practice: '3f6c1a52-93de-4a7e-8ce2-0d1c7e2b1f00',
  left: '0a1d2c3b-4e5f-4a6b-8c7d-9e8f7a6b5c4d',
}
const connected = [
  { tenantId: tenants.shop, tenantName: 'Shop Ltd', tenantType: 'ORGANISATION' },
  { tenantId: tenants.farm, tenantName: 'Farm & Sons', tenantType: 'ORGANISATION' },
  { tenantId: tenants.practice, tenantName: 'Books by Anna', tenantType: 'PRACTICE' },
]

interface FakeToken {
  readonly scopes: readonly string[]
  state: 'good' | 'expired' | 'revoked'
}

export interface FakeXero extends FakeVendor {
  readonly tokens: Map<string, FakeToken>
  /** Codes that a person's consent gave, each good for once, and the scopes that it gave. */
  readonly codes: Map<string, readonly string[]>
  /** Milliseconds; what is good for a while is good until then. */
  now: number
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
}

/** How long a refresh token that was used may be used again, where its answer got lost. */
const grace = 30 * 60_000
/** How long one lives that nobody uses. */
const idleLife = 60 * 86_400_000

export async function startFakeXero(): Promise<FakeXero> {
  const tokens = new Map<string, FakeToken>()
  const codes = new Map<string, readonly string[]>()
  /** By refresh token; `usedAt`: when it was first used. */
  const refreshTokens = new Map<
    string,
    { scopes: readonly string[]; access: string; issuedAt: number; usedAt: number | null }
  >()
  let issued = 0
  const vendor = await startFakeVendor((request) => {
    const { pathname: path } = request.url
    if (path === '/connect/token')
      return request.method === 'POST' ? grant(request) : { status: 405, body: {} }
    if (path === '/connect/revocation') return revoke(request)
    return answer(request)
  })
  const xero: FakeXero = Object.assign(vendor, { tokens, codes, now: 0, requestsLeft: Infinity })
  return xero

  function answer({ method, url, headers }: AskedRequest): FakeAnswer {
    const [, bearer = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
    const token = tokens.get(bearer)
    if (token?.state === 'expired') return fail(401, 'TokenExpired: token expired at 11/30/2026 12:00:00')
    if (token?.state !== 'good') return fail(401, 'AuthenticationUnsuccessful')
    if (method !== 'GET') return fail(405, 'MethodNotAllowed')
    if (url.pathname === '/connections') return { body: connected.map(connection) }
    const tenant = connected.find(({ tenantId }) => tenantId === headers['xero-tenant-id'])
    if (tenant?.tenantType !== 'ORGANISATION') return fail(403, 'AuthenticationUnsuccessful')
    xero.requestsLeft -= 1
    if (xero.requestsLeft < 0) {
      xero.requestsLeft = Infinity
      return { status: 429, body: {}, headers: { 'retry-after': '0', 'x-rate-limit-problem': 'minute' } }
    }
    const name = /^\/api\.xro\/2\.0\/([A-Za-z]+)$/.exec(url.pathname)?.[1] ?? ''
    const [needed, isPaged] = lists[name] ?? []
    if (needed === undefined || isPaged === undefined) return fail(404, 'ResourceNotFound')
    if (!needed.some((scope) => token.scopes.includes(inScope(scope)))) {
      const bearerError = { 'www-authenticate': 'insufficient_scope' }
      return { ...fail(401, 'AuthorizationUnsuccessful'), headers: bearerError }
    }
    if (name === 'Organisation') return { body: { ...status, Organisations: [organisation(tenant)] } }
    return { body: { ...status, ...page(name, isPaged, url.searchParams, headers['if-modified-since']) } }
  }

  function grant({ form, headers }: AskedRequest): FakeAnswer {
    if (!isOurs(headers)) return { status: 401, body: { error: 'invalid_client' } }
    const type = form.get('grant_type')
    if (type === 'authorization_code') {
      const scopes = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const isWhole = form.has('redirect_uri') && form.has('code_verifier')
      return scopes && isWhole ? issue(scopes) : { status: 400, body: { error: 'invalid_grant' } }
    }
    if (type !== 'refresh_token') return { status: 400, body: { error: 'unsupported_grant_type' } }
    const known = refreshTokens.get(form.get('refresh_token') ?? '')
    const end = known && (known.usedAt === null ? known.issuedAt + idleLife : known.usedAt + grace)
    if (!known || end === undefined || xero.now > end) {
      return { status: 400, body: { error: 'invalid_grant' } }
    }
    known.usedAt ??= xero.now
    return issue(known.scopes)
  }

  function issue(scopes: readonly string[]): FakeAnswer {
    issued += 1
    const access = `access-${issued}`
    tokens.set(access, { scopes, state: 'good' })
    const bearer = { access_token: access, expires_in: 1800, token_type: 'Bearer', scope: scopes.join(' ') }
    if (!scopes.includes('offline_access')) return { body: bearer }
    refreshTokens.set(`refresh-${issued}`, { scopes, access, issuedAt: xero.now, usedAt: null })
    return { body: { ...bearer, refresh_token: `refresh-${issued}` } }
  }

  /** All that the person has granted ends with any of it. A token that there is not is none that could be good. */
  function revoke({ form, headers }: AskedRequest): FakeAnswer {
    if (!isOurs(headers)) return { status: 401, body: { error: 'invalid_client' } }
    const token = form.get('token')
    if (token === null) return { status: 400, body: { error: 'invalid_request' } }
    if (refreshTokens.has(token)) {
      for (const { access } of refreshTokens.values()) tokens.set(access, { scopes: [], state: 'revoked' })
      refreshTokens.clear()
    }
    return { body: {} }
  }
}

const status = { Id: '900c500b-e83c-4ce2-902a-b8ba04751748', Status: 'OK', ProviderName: 'Bobbin' }

function isOurs({ authorization = '' }: AskedRequest['headers']): boolean {
  const basic = Buffer.from(`${app.clientId}:${app.secret}`).toString('base64')
  return authorization === `Basic ${basic}`
}

/** It says `Authentication…` of who asks, and `Authorization…` of what they may. */
function fail(code: number, detail: string): FakeAnswer {
  const title = code === 401 ? 'Unauthorized' : code === 403 ? 'Forbidden' : 'Error'
  const more = { Instance: '65e420cd-796c-493b-8f52-5eae2ee667ce', Extensions: {} }
  return { status: code, body: { Type: null, Title: title, Status: code, Detail: detail, ...more } }
}

function connection(tenant: (typeof connected)[number], index: number): object {
  const at = `2026-11-0${index + 1}T18:46:19.5165400`
  const authEventId = 'd99ecdfe-391d-43d2-b834-17636ba90e8d'
  return { id: `connection-${index}`, authEventId, ...tenant, createdDateUtc: at, updatedDateUtc: at }
}

const organisation = ({ tenantId, tenantName }: (typeof connected)[number]) => ({
  ...{ OrganisationID: tenantId, Name: tenantName, BaseCurrency: 'GBP', CountryCode: 'GB' },
  CreatedDateUTC: '/Date(1790000000000+0000)/',
})

/** Three records, each changed a day after the one before it. */
function page(name: string, isPaged: boolean, query: URLSearchParams, since: string | undefined): object {
  const singular = name.replace(/ies$/, 'y').replace(/s$/, '')
  const day = 86_400_000
  const changed = [0, 1, 2].map((number) => 1_790_000_000_000 + number * day)
  const all = changed
    .filter((at) => since === undefined || at > Date.parse(since))
    .map((at, index) => ({
      ...(singular === 'Currency' ? { Code: `C${index}` } : { [`${singular}ID`]: `${singular}-${index}` }),
      UpdatedDateUTC: `/Date(${at}+0000)/`,
    }))
  if (!isPaged || !query.has('page')) return { [name]: all }
  const [number, size] = [Number(query.get('page')), Number(query.get('pageSize') ?? '100')]
  const pagination = {
    ...{ page: number, pageSize: size, pageCount: Math.ceil(all.length / size), itemCount: all.length },
  }
  return { pagination, [name]: all.slice((number - 1) * size, number * size) }
}
