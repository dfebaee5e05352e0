import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../../rest/fake-vendor.testing.ts'

/** Our registration with the provider. */
export const client = { id: 'bobbin', secret: 'secret-of-bobbin' }

/** By id, as the service knows them. */
const workspaces = [
  { id: 1001, name: 'North', state: 'active' },
  { id: 1002, name: 'South', state: 'active' },
  { id: 1003, name: 'Old', state: 'closed' },
]

export interface FakeService extends FakeVendor {
  /** Access tokens, with their scopes. */
  readonly tokens: Map<string, readonly string[]>
  /** A person consents: a code, good for once. */
  consent(scopes: readonly string[]): string
}

/** The service as its reference tells of it, for its customer `acme` alone. Hold it to the vendor's own client, where there is one. */
export async function startFakeService(): Promise<FakeService> {
  const tokens = new Map<string, readonly string[]>()
  const codes = new Map<string, readonly string[]>()
  const refreshTokens = new Map<string, readonly string[]>()
  let count = 0
  const consent = (scopes: readonly string[]) => {
    const code = `code-${(count += 1)}`
    codes.set(code, scopes)
    return code
  }
  return Object.assign(await startFakeVendor(answer), { tokens, consent })

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, host, headers } = request
    if (!host.startsWith('acme.')) return { status: 404, body: { error: 'unknown_customer' } }
    if (method === 'POST') return url.pathname === '/oauth/token' ? grant(request) : end(request)
    const scopes = tokens.get(headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (!scopes) return { status: 401, body: { error: 'unknown_token' } }
    if (url.pathname === '/api/me') return { body: { name: 'Anna', email: 'anna@acme.test' } }
    if (url.pathname === '/api/workspaces') return { body: { items: workspaces } }
    const workspace = workspaces.find(
      ({ id, state }) => String(id) === headers['x-workspace'] && state === 'active',
    )
    if (!workspace) return forbidden
    if (url.pathname === '/api/workspace') return { body: workspace }
    const [, list = ''] = /^\/api\/(contacts|deals)$/.exec(url.pathname) ?? []
    if (list === '') return { status: 404, body: { error: 'not_found' } }
    return scopes.includes(`${list}.read`) ? { body: { items: [] } } : forbidden
  }

  function grant({ form }: AskedRequest): FakeAnswer {
    if (!isOurs(form)) return { status: 401, body: { error: 'invalid_client' } }
    const [kind, code = '', refresh = ''] = ['grant_type', 'code', 'refresh_token'].map(
      (name) => form.get(name) ?? '',
    )
    const scopes = kind === 'authorization_code' ? codes.get(code) : refreshTokens.get(refresh)
    if (!scopes) return { status: 400, body: { error: 'invalid_grant' } }
    codes.delete(code)
    refreshTokens.delete(refresh)
    const [token, next] = [`token-${(count += 1)}`, `refresh-${count}`]
    tokens.set(token, scopes)
    refreshTokens.set(next, scopes)
    const said = { token_type: 'bearer', expires_in: 3_600, scope: scopes.join(' ') }
    return { body: { access_token: token, refresh_token: next, ...said } }
  }

  function end({ form }: AskedRequest): FakeAnswer {
    if (!isOurs(form)) return { status: 401, body: { error: 'invalid_client' } }
    const ended = form.get('token')?.replace('refresh-', '') ?? ''
    tokens.delete(`token-${ended}`)
    refreshTokens.delete(`refresh-${ended}`)
    return { body: {} }
  }
}

const forbidden: FakeAnswer = { status: 403, body: { error: 'forbidden' } }

const isOurs = (form: URLSearchParams) =>
  form.get('client_id') === client.id && form.get('client_secret') === client.secret
