import { createHash, randomUUID } from 'node:crypto'
import type { AskedRequest, FakeAnswer } from '../rest/fake-vendor.testing.ts'
import { type FakeOrg, newToken } from './fake-orgs.testing.ts'

/* Where Salesforce gives grants: at login and test, and at each organization's own domain. */

/** Our app there, with all the scopes that it has. */
export const app = {
  id: '3MVG9.ours',
  secret: 'secret-of-our-app',
  redirectUri: 'https://bobbin.test/back',
  scopes: ['api', 'refresh_token', 'id'],
}

export interface FakeGrant {
  readonly org: FakeOrg
  readonly user: string
  readonly scopes: readonly string[]
}

export interface FakeSalesforceOAuth {
  readonly tokens: Map<string, FakeGrant>
  readonly refreshTokens: Map<string, FakeGrant>
  /** Where our app may have people sent back to. */
  readonly redirectUris: Set<string>
  /** What people are sent back with instead of a code, such as a refusal. */
  refusal: Readonly<Record<string, string>> | null
  /** The scopes that a consent leaves out. */
  withheld: readonly string[]
  /** How long an access token lives after it is introspected, in seconds: what the organization says of sessions. */
  sessionTimeout: number
  /** Who has left, and whose grants are over therefore. */
  readonly left: Set<string>
  answer(request: AskedRequest, at: SignInPlace | null): FakeAnswer | null
}

/** The organization that a host leads to; `isOwn`: it is its own domain. */
export interface SignInPlace {
  readonly org: FakeOrg
  readonly isOwn: boolean
}

interface Code extends FakeGrant {
  readonly redirectUri: string
  readonly challenge: string
}

export function fakeSalesforceOAuth(): FakeSalesforceOAuth {
  const codes = new Map<string, Code>()
  const used = new Map<string, FakeGrant>()
  const oauth: FakeSalesforceOAuth = {
    ...{ tokens: new Map(), refreshTokens: new Map(), redirectUris: new Set([app.redirectUri]) },
    ...{ refusal: null, withheld: [], left: new Set(), sessionTimeout: 7_200 },
    answer(request, at) {
      const path = /^\/services\/oauth2\/(\w+)$/.exec(request.url.pathname)?.[1]
      if (path === undefined) return null
      if (!at) return { status: 404, body: '<html>Your domain does not exist.' }
      if (path === 'authorize') return consent(request, at)
      if (path === 'userinfo') return userInfo(request, at)
      if (request.method !== 'POST') return refuse('invalid_request', 'must use HTTP POST')
      if (path === 'token') return grant(request, at)
      if (path === 'introspect') return introspect(request, at)
      return path === 'revoke' ? revoke(request, at) : { status: 404, body: [] }
    },
  }
  return oauth

  /** The person allows it at once. What is wrong with the app they are told there. */
  function consent({ url }: AskedRequest, { org, isOwn }: SignInPlace): FakeAnswer {
    const asked = url.searchParams
    const redirectUri = asked.get('redirect_uri') ?? ''
    const page = (error: string) => ({ status: 400, body: `<html>${error}` })
    if (org.isStrict && !isOwn) return page('Sign in at your own domain.')
    if (asked.get('client_id') !== app.id) return page('error=invalid_client_id')
    if (!oauth.redirectUris.has(redirectUri)) return page('error=redirect_uri_mismatch')
    const back = (answer: Readonly<Record<string, string>>): FakeAnswer => {
      const query = new URLSearchParams({ ...answer, state: asked.get('state') ?? '' })
      return { status: 302, body: '', headers: { location: `${redirectUri}?${query}` } }
    }
    const scopes = (asked.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
    if (oauth.refusal) return back(oauth.refusal)
    if (scopes.some((scope) => !app.scopes.includes(scope))) return back({ error: 'invalid_scope' })
    const challenge = asked.get('code_challenge')
    // It knows one method, and does not wait for its name.
    if (challenge === null || (asked.get('code_challenge_method') ?? 'S256') !== 'S256') {
      return back({ error: 'invalid_request', error_description: 'missing required code challenge' })
    }
    const code = `aPrx${randomUUID()}==`
    const granted = scopes.filter((scope) => !oauth.withheld.includes(scope))
    codes.set(code, { org, user: 'anna@acme.test', scopes: granted, redirectUri, challenge })
    return back({ code })
  }

  function grant(request: AskedRequest, { org }: SignInPlace): FakeAnswer {
    const stranger = refuseStranger(request)
    if (stranger) return stranger
    const { form } = request
    const type = form.get('grant_type')
    if (type === 'authorization_code') return byCode(form, org)
    return type === 'refresh_token'
      ? byRefreshToken(form.get('refresh_token') ?? '', org)
      : refuse('unsupported_grant_type', 'grant type not supported')
  }

  /** Our app says who it is in the body, or by Basic; null where it does. */
  function refuseStranger({ form, headers }: AskedRequest): FakeAnswer | null {
    const [, basic = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
    const [basicId, basicSecret] = Buffer.from(basic, 'base64').toString().split(':')
    const id = form.get('client_id') ?? basicId
    const secret = form.get('client_secret') ?? basicSecret
    if (id !== app.id) return refuse('invalid_client_id', 'client identifier invalid')
    return secret === app.secret ? null : refuse('invalid_client', 'invalid client credentials')
  }

  /** To our app it tells of our app's tokens, and of no others. */
  function introspect(request: AskedRequest, { org }: SignInPlace): FakeAnswer {
    const stranger = refuseStranger(request)
    if (stranger) return stranger
    const token = request.form.get('token')
    if (token === null) return refuse('invalid_request', 'token is required')
    const found = oauth.tokens.get(token)
    if (found?.org !== org) return { body: { active: false } }
    const now = Math.floor(Date.now() / 1_000)
    return {
      body: {
        ...{ active: true, scope: found.scopes.join(' '), client_id: app.id, username: found.user },
        ...{ token_type: 'access_token', exp: now + oauth.sessionTimeout, iat: now, nbf: now },
      },
    }
  }

  function byCode(form: URLSearchParams, org: FakeOrg): FakeAnswer {
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (code?.org !== org) return refuse('invalid_grant', 'expired authorization code')
    if (form.get('redirect_uri') !== code.redirectUri) {
      return refuse('redirect_uri_mismatch', 'redirect_uri must match configuration')
    }
    const verifier = form.get('code_verifier') ?? ''
    if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) {
      return refuse('invalid_grant', 'invalid code verifier')
    }
    if (!code.scopes.includes('refresh_token')) return issue(code, null)
    const refreshToken = `5Aep${randomUUID()}`
    oauth.refreshTokens.set(refreshToken, code)
    return issue(code, refreshToken)
  }

  function byRefreshToken(token: string, org: FakeOrg): FakeAnswer {
    const found = oauth.refreshTokens.get(token)
    if (found?.org !== org) {
      const reused = used.get(token)
      if (reused) endAll(reused)
      return refuse('invalid_grant', 'expired access/refresh token')
    }
    if (oauth.left.has(found.user)) return refuse('inactive_user', 'user is inactive')
    if (!org.rotates) return issue(found, null)
    oauth.refreshTokens.delete(token)
    used.set(token, found)
    const next = `5Aep${randomUUID()}`
    oauth.refreshTokens.set(next, found)
    return issue(found, next)
  }

  /** It says nothing of how long it lives. */
  function issue(found: FakeGrant, refreshToken: string | null): FakeAnswer {
    const { org, scopes } = found
    const token = newToken(org)
    oauth.tokens.set(token, found)
    const host = org.isSandbox ? 'test' : 'login'
    return {
      body: {
        ...{ access_token: token, ...(refreshToken !== null && { refresh_token: refreshToken }) },
        ...{
          signature: 'c2lnbmVk',
          scope: scopes.join(' '),
          instance_url: `https://${org.domain}.my.salesforce.com`,
        },
        id: `https://${host}.salesforce.com/id/${org.id}/0055g0000000001AAA`,
        ...{ token_type: 'Bearer', issued_at: String(Date.now()) },
      },
    }
  }

  function revoke({ form }: AskedRequest, { org }: SignInPlace): FakeAnswer {
    const token = form.get('token') ?? ''
    const found = oauth.refreshTokens.get(token) ?? oauth.tokens.get(token)
    if (found?.org !== org) return refuse('invalid_token', `invalid token: ${token}`)
    if (oauth.refreshTokens.has(token)) endAll(found)
    oauth.tokens.delete(token)
    return { body: {} }
  }

  /** All that came of one consent. */
  function endAll(grant: FakeGrant): void {
    for (const all of [oauth.tokens, oauth.refreshTokens]) {
      for (const [token, one] of all) if (one === grant) all.delete(token)
    }
  }

  function userInfo({ headers }: AskedRequest, { org }: SignInPlace): FakeAnswer {
    const token = oauth.tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '')
    if (token?.org !== org) return { status: 403, body: 'Bad_OAuth_Token' }
    if (!token.scopes.some((scope) => scope === 'id' || scope === 'openid')) {
      return { status: 403, body: 'No_Access' }
    }
    return {
      body: {
        ...{ user_id: '0055g0000000001AAA', organization_id: org.id, name: 'Anna Example' },
        ...{ preferred_username: token.user, email: token.user, active: true },
      },
    }
  }
}

function refuse(error: string, words: string): FakeAnswer {
  return { status: 400, body: { error, error_description: words } }
}
