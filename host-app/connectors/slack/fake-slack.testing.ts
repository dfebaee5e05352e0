import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/*
 * Slack as its reference tells of it: every answer has status 200 and `ok`, but for a limit that is met; scopes belong to tokens;
 * refresh tokens are good for once, and a token is valid for twelve hours.
 * https://docs.slack.dev/reference/methods/oauth.v2.access/ and the pages of the other methods (2026-08-20)
 */

export const client = { id: '111.222', secret: 'secret-of-bobbin' }
export const allScopes = {
  bot: ['channels:read', 'channels:history', 'users:read', 'usergroups:read', 'files:read'],
  user: ['groups:read', 'groups:history'],
}

interface FakeToken {
  readonly kind: 'bot' | 'user'
  readonly scopes: readonly string[]
  state: 'good' | 'expired' | 'revoked'
}

interface FakeConsent {
  /** Whether the person's own scopes were asked for. */
  readonly user: boolean
  /** Of a workspace that belongs to an enterprise. */
  readonly inEnterprise?: boolean
}

export interface FakeSlack extends FakeVendor {
  readonly tokens: Map<string, FakeToken>
  /** Codes that a person's consent gave, each good for once. */
  readonly codes: Map<string, FakeConsent>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
  /** Whether its plan has user groups. */
  hasGroups: boolean
}

const channels = ['general', 'random', 'support', 'sales', 'ops'].map((name, index) => ({
  id: `C0${index}`,
  name,
  is_private: false,
  is_archived: name === 'ops',
}))
const hidden = [{ id: 'G01', name: 'board', is_private: true, is_archived: false }]
const workspace = { app_id: 'A01', team: { id: 'T01', name: 'North' }, is_enterprise_install: false }
const members = [{ id: 'U01', team_id: 'T01', name: 'anna', deleted: false, updated: 1_790_000_000 }]

export async function startFakeSlack(): Promise<FakeSlack> {
  const [tokens, codes] = [new Map<string, FakeToken>(), new Map<string, FakeConsent>()]
  const refreshTokens = new Map<string, { kind: 'bot' | 'user'; scopes: readonly string[] }>()
  let granted = 0
  const vendor = await startFakeVendor(answer)
  const slack: FakeSlack = Object.assign(vendor, { tokens, codes, requestsLeft: Infinity, hasGroups: true })
  return slack

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, host, headers, form } = request
    const name = url.pathname.match(/^\/api\/([\w.]+)$/)?.[1]
    if (!/^(?:slack\.com|127\.0\.0\.1:\d+)$/.test(host) || name === undefined)
      return { status: 404, body: {} }
    if (name === 'oauth.v2.access') return method === 'POST' ? grant(request) : failed('invalid_arguments')
    slack.requestsLeft -= 1
    if (slack.requestsLeft < 0) {
      slack.requestsLeft = Infinity
      return { status: 429, body: { ok: false, error: 'ratelimited' }, headers: { 'retry-after': '0' } }
    }
    const sent = headers.authorization?.match(/^Bearer (.+)$/)?.[1]
    if (sent === undefined) return failed('not_authed')
    const token = tokens.get(sent)
    if (!token) return failed('invalid_auth')
    if (token.state !== 'good') return failed(`token_${token.state}`)
    const asked = (key: string) => url.searchParams.get(key) ?? form.get(key)
    return answerTo(name, token, asked)
  }

  function answerTo(name: string, token: FakeToken, asked: (key: string) => string | null): FakeAnswer {
    const needs = (scope: string, give: () => object): FakeAnswer =>
      token.scopes.includes(scope)
        ? { body: { ok: true, ...give() } }
        : failed('missing_scope', { needed: scope, provided: token.scopes.join(',') })
    const isPrivate = asked('types') === 'private_channel'
    switch (name) {
      case 'auth.test':
        return {
          body: {
            ...{ ok: true, url: 'https://north.slack.com/', team: 'North', team_id: 'T01' },
            ...(token.kind === 'bot'
              ? { user: 'bobbin', user_id: 'U09', bot_id: 'B01' }
              : { user: 'anna', user_id: 'U01' }),
            is_enterprise_install: false,
          },
        }
      case 'auth.revoke':
        token.state = 'revoked'
        return { body: { ok: true, revoked: true } }
      case 'conversations.list':
        return needs(isPrivate ? 'groups:read' : 'channels:read', () => {
          const isWanted = (one: { is_archived: boolean }) =>
            asked('exclude_archived') !== 'true' || !one.is_archived
          // The app is in no private channel; the person is.
          const all = (isPrivate ? (token.kind === 'user' ? hidden : []) : channels).filter(isWanted)
          return paged('channels', all, asked)
        })
      case 'users.list':
        return needs('users:read', () => paged('members', members, asked))
      case 'usergroups.list':
        return slack.hasGroups
          ? needs('usergroups:read', () => ({ usergroups: [{ id: 'S01', team_id: 'T01', handle: 'team' }] }))
          : failed('plan_upgrade_required')
      case 'files.list':
        return needs('files:read', () => ({ files: [], paging: { count: 1, total: 0, page: 1, pages: 0 } }))
      default:
        return failed('unknown_method', { req_method: name })
    }
  }

  /** At most two on a page, whatever the limit. */
  function paged(items: string, all: readonly object[], asked: (key: string) => string | null): object {
    const start = Number(Buffer.from(asked('cursor') ?? '', 'base64').toString() || 0)
    const end = start + Math.min(Number(asked('limit') ?? 100), 2)
    const next = end < all.length ? Buffer.from(String(end)).toString('base64') : ''
    return { [items]: all.slice(start, end), response_metadata: { next_cursor: next } }
  }

  function grant({ form, headers }: AskedRequest): FakeAnswer {
    const basic = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()
    const [id, secret] = headers.authorization
      ? basic.split(':')
      : [form.get('client_id'), form.get('client_secret')]
    if (id !== client.id) return failed('invalid_client_id')
    if (secret !== client.secret) return failed('bad_client_secret')
    // Only an app that is set to has PKCE, and keeps it for good.
    if (form.has('code_verifier')) return failed('pkce_not_allowed')
    if (form.get('grant_type') === 'refresh_token') {
      const spent = form.get('refresh_token') ?? ''
      const of = refreshTokens.get(spent)
      if (!of) return failed('invalid_refresh_token')
      refreshTokens.delete(spent)
      const whose = of.kind === 'user' ? { user_id: 'U01' } : { bot_user_id: 'U09' }
      return { body: { ok: true, ...issue(of.kind, of.scopes), ...whose, ...workspace, enterprise: null } }
    }
    const consent = codes.get(form.get('code') ?? '')
    if (!consent) return failed('invalid_code')
    codes.delete(form.get('code') ?? '')
    const person = { id: 'U01', ...(consent.user && issue('user', allScopes.user)) }
    const enterprise = consent.inEnterprise === true ? { id: 'E01', name: 'North Group' } : null
    const about = { ...workspace, enterprise }
    return {
      body: { ok: true, ...issue('bot', allScopes.bot), bot_user_id: 'U09', ...about, authed_user: person },
    }
  }

  function issue(kind: 'bot' | 'user', scopes: readonly string[]): object {
    granted += 1
    const [token, refresh] = [`xoxe.xox${kind[0]}-${granted}`, `xoxe-${granted}`]
    tokens.set(token, { kind, scopes, state: 'good' })
    refreshTokens.set(refresh, { kind, scopes })
    const lifetime = { token_type: kind, expires_in: 43_200 }
    return { access_token: token, refresh_token: refresh, scope: scopes.join(','), ...lifetime }
  }
}

function failed(error: string, more: object = {}): FakeAnswer {
  return { body: { ok: false, error, ...more } }
}
