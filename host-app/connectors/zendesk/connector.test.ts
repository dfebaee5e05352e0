import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StandardParameter } from '../oauth-provider.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import { grantOf } from '../grant.testing.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { zendesk } from './connector.ts'
import { client } from './fake-zendesk-oauth.testing.ts'
import { type FakeZendesk, startFakeZendesk } from './fake-zendesk.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { subdomain: 'acme', start_date: '2026-01-31' }
const token = 'token-of-a-grant'
const key = 'key-of-an-administrator'
const byKey = { ...settings, auth_method: 'api_token', email: 'anna@acme.test', api_token: key }

let fake: FakeZendesk
beforeAll(async () => {
  fake = await startFakeZendesk()
  for (const desk of ['acme', 'small']) {
    fake.tokens.set(`${desk} ${token}`, 'read')
    fake.apiTokens.set(`${desk} anna@acme.test ${key}`, 'admin')
  }
  fake.apiTokens.set('acme bert@acme.test key-of-an-agent', 'agent')
  fake.tokens.set('small token-of-another-desk', 'read')
  fake.tokens.set('acme token-for-nothing', '')
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.mood = 'well'
})

function withGrant(accessToken: string | null, more: Partial<typeof settings> = {}): Situation {
  const grant = grantOf(accessToken, { scopes: ['read'] })
  return { settings: { ...settings, ...more }, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

function withKey(more: Partial<typeof byKey> = {}): Situation {
  return { ...withGrant(null), settings: { ...byKey, ...more } }
}

describeRestConnector(zendesk, {
  example: { ...settings, email: 'anna@acme.test', api_token: key, search_window_size: '86400' },
  junk: {
    subdomain: ['', 'acme.zendesk.com', 'a/b', 'evil.test#', '-'],
    start_date: ['yesterday'],
    search_window_size: ['1', 'a week'],
  },
  working: () => withGrant(token),
  fake: () => fake,
  secrets: () => [token, key, Buffer.from(`anna@acme.test/token:${key}`).toString('base64')],
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => withGrant('made-up'),
    },
    'no grant': { code: 'AuthorizationExpired', field: null, situation: () => withGrant(null) },
    'a grant of another help desk': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => withGrant('token-of-another-desk'),
    },
    'a grant for nothing': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => withGrant('token-for-nothing'),
    },
    'a made-up key, to which Zendesk answers as to a stranger': {
      ...{ code: 'CredentialsRejected', field: 'api_token' },
      situation: () => withKey({ api_token: 'made-up' }),
    },
    'a key of somebody else': {
      ...{ code: 'CredentialsRejected', field: 'api_token' },
      situation: () => withKey({ email: 'bert@acme.test' }),
    },
    'a help desk that there is not': {
      ...{ code: 'HostNotFound', field: 'subdomain' },
      situation: () => withGrant(token, { subdomain: 'nobody' }),
    },
    'a subdomain that leads elsewhere': {
      ...{ code: 'SettingUnusable', field: 'subdomain' },
      situation: () => withGrant(token, { subdomain: 'evil.test/' }),
    },
  },
})

async function closedIn(situation: Situation) {
  const { streams, error } = await runConnector(zendesk, situation)
  expect(error).toBeNull()
  const closed = streams.filter(({ access }) => access !== undefined)
  return Object.fromEntries(closed.map(({ tap_stream_id: id, access }) => [id, access?.reason]))
}

describe('what may be read', () => {
  it('is everything, for an administrator of a plan that has it', async () => {
    expect(await closedIn(withGrant(token))).toEqual({})
    expect(await closedIn(withKey({ api_token: `${key} ` }))).toEqual({})
  })

  it('is less on a plan that has less', async () => {
    expect(await closedIn(withKey({ subdomain: 'small' }))).toEqual({
      ticket_forms: 'needs_plan',
      sla_policies: 'not_permitted',
    })
  })

  it('is for an agent what is no export, and none of what comes with that', async () => {
    const agent = withKey({ email: 'bert@acme.test', api_token: 'key-of-an-agent' })
    const reasons = await closedIn(agent)
    expect(Object.keys(reasons)).toEqual([
      ...['tickets', 'ticket_audits', 'ticket_comments', 'ticket_metrics', 'ticket_metric_events'],
      ...['users', 'satisfaction_ratings', 'sla_policies'],
    ])
    expect(new Set(Object.values(reasons))).toEqual(new Set(['not_permitted']))
  })
})

it('waits where Zendesk asks it to, and names who signed in and where', async () => {
  fake.requestsLeft = 3
  const { error, lines } = await runConnector(zendesk, withGrant(token))
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
  const report = { phase: () => {}, log: () => {} }
  const context = { ...withGrant(token), signal: AbortSignal.timeout(30_000), report }
  expect(await zendesk.identify?.(context)).toBe('anna@acme.test (acme.zendesk.com)')
})

it('makes the config of a tap', () => {
  const { grant } = withGrant(token)
  const start_date = '2026-01-31T00:00:00Z'
  const config = { ...settings, start_date, access_token: token }
  expect(zendesk.config?.({ settings: { ...settings, auth_method: 'oauth' }, grant })).toEqual(config)
  const given = { ...settings, email: byKey.email, api_token: key }
  expect(zendesk.config?.({ settings: byKey, grant: null })).toEqual({ ...given, start_date })
})

describe('a grant', () => {
  const provider = () => {
    if (!zendesk.oauth) throw new Error('It has a provider.')
    return zendesk.oauth
  }
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
    { subdomain = 'acme', asked = provider() } = {},
  ) => {
    const endpoint = resolveEndpoint(asked.tokenEndpoint, { subdomain }, zendesk.hosts)
    const now = () => Date.now()
    const ways = { provider: asked, client, fetch: fake.inPlace(fetch), now, timeout: 30_000 }
    return requestToken({ ...ways, endpoint, grantType, parameters })
  }
  const byCode = (code: string, more: Parameters<typeof ask>[2] = {}) => {
    fake.codes.add(`acme ${code}`)
    return ask(
      'authorization_code',
      { code, redirect_uri: 'https://bobbin.test/oauth/callback/zendesk' },
      more,
    )
  }
  const tokensOf = (answer: Awaited<ReturnType<typeof ask>>) => {
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }

  it('lasts for as long as was asked for, and is renewed', async () => {
    const first = tokensOf(await byCode('code-1'))
    const [old = '', refresh = ''] = [first.values['access_token'], first.values['refresh_token']]
    expect((await runConnector(zendesk, withGrant(old))).error).toBeNull()
    expect([first.values['scope'], first.lifetime]).toEqual(['read', 172_799_000])
    const second = tokensOf(await ask('refresh_token', { refresh_token: refresh }))
    expect(second.lifetime).toBe(172_799_000)
    expect(second.values['refresh_token']).not.toBe(refresh)
    const renewed = second.values['access_token'] ?? ''
    expect((await runConnector(zendesk, withGrant(renewed))).error).toBeNull()
    // The renewal has ended what was before.
    expect((await runConnector(zendesk, withGrant(old))).error).toMatchObject({
      code: 'AuthorizationExpired',
    })
    expect(await ask('refresh_token', { refresh_token: refresh })).toMatchObject({ kind: 'refused' })
  })

  it('could not be renewed, were no lifetime asked for', async () => {
    const asked = { ...provider(), tokenParameters: { scope: 'read' } }
    const { values } = tokensOf(await byCode('code-2', { asked }))
    expect(Object.keys(values)).not.toContain('refresh_token')
  })

  it('is given by the help desk that the code is of alone', async () => {
    expect(await byCode('code-3', { subdomain: 'small' })).toMatchObject({ kind: 'refused' })
    await expect(byCode('code-4', { subdomain: 'evil.test/' })).rejects.toBeInstanceOf(EndpointRefused)
  })
})
