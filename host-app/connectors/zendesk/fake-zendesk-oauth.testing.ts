import { z } from 'zod'
import type { AskedRequest, FakeAnswer } from '../rest/fake-vendor.testing.ts'

/**
 * Where Zendesk gives grants: codes and refresh tokens, each good for once, for what lifetimes are asked for, or half an hour and
 * thirty days.
 */
export interface FakeZendeskOAuth {
  /** Codes that a person's consent gave, by `subdomain code`. */
  readonly codes: Set<string>
  /** Milliseconds; refresh tokens live until then. */
  now: number
  /** Access tokens with their scopes, by `subdomain token`. */
  readonly tokens: Map<string, string>
  scopeOf(subdomain: string, token: string): string | null
  grant(subdomain: string, request: AskedRequest): FakeAnswer
}

export const client = { id: 'bobbin', secret: 'secret-of-bobbin' }

/** As the reference has them, in JSON and with numbers. */
const asked = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  code: z.string().optional(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
  expires_in: z.int().gt(300).lt(172_800).optional(),
  refresh_token_expires_in: z.int().gt(604_800).lt(7_776_000).optional(),
})

type Lifetimes = Readonly<Record<'expires_in' | 'refresh_token_expires_in', number>>

export function fakeZendeskOAuth(): FakeZendeskOAuth {
  const codes = new Set<string>()
  const tokens = new Map<string, string>()
  /** What a refresh token renews, by `subdomain token`. */
  const renewable = new Map<
    string,
    { readonly token: string; readonly scope: string; readonly until: number }
  >()
  let granted = 0

  function grant(subdomain: string, { headers, body }: AskedRequest): FakeAnswer {
    if (!headers['content-type']?.startsWith('application/json')) return refuse('invalid_request')
    const request = asked.safeParse(JSON.parse(body))
    if (!request.success) return refuse('invalid_request')
    const { grant_type: type, code, refresh_token: old, scope } = request.data
    const { expires_in = 1_800, refresh_token_expires_in = 2_592_000 } = request.data
    const lifetimes = { expires_in, refresh_token_expires_in }
    if (request.data.client_id !== client.id || request.data.client_secret !== client.secret) {
      return { ...refuse('invalid_client'), status: 401 }
    }
    if (type === 'authorization_code') {
      if (!codes.delete(`${subdomain} ${code}`)) return refuse('invalid_grant')
      return { body: issue(subdomain, scope ?? '', lifetimes) }
    }
    if (type !== 'refresh_token') return refuse('unsupported_grant_type')
    const before = renewable.get(`${subdomain} ${old}`)
    if (!before || oauth.now > before.until) return refuse('invalid_grant')
    renewable.delete(`${subdomain} ${old}`)
    tokens.delete(before.token)
    return { body: issue(subdomain, before.scope, lifetimes) }
  }

  function issue(subdomain: string, scope: string, lifetimes: Lifetimes) {
    granted += 1
    const [token, refresh] = [`token-${granted}`, `refresh-${granted}`]
    tokens.set(`${subdomain} ${token}`, scope)
    const until = oauth.now + lifetimes.refresh_token_expires_in * 1_000
    renewable.set(`${subdomain} ${refresh}`, { token: `${subdomain} ${token}`, scope, until })
    return { access_token: token, token_type: 'bearer', scope, refresh_token: refresh, ...lifetimes }
  }

  const scopeOf = (subdomain: string, token: string) => tokens.get(`${subdomain} ${token}`) ?? null
  const oauth: FakeZendeskOAuth = { codes, tokens, now: 0, scopeOf, grant }
  return oauth
}

function refuse(error: string): FakeAnswer {
  return { status: 400, body: { error, error_description: 'The grant is invalid, expired, or revoked.' } }
}
