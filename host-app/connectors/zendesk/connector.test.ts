import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StandardParameter } from '../oauth-provider.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import { zendesk } from './connector.ts'
import { byKey, key, openZendesk, settings, token, type ZendeskScene } from './contract.testing.ts'
import { client } from './fake-zendesk-oauth.testing.ts'

let scene: ZendeskScene
beforeAll(async () => {
  scene = await openZendesk()
})
afterAll(() => scene?.close())
beforeEach(() => {
  scene.fake.mood = 'well'
})

async function closedIn(situation: Situation) {
  const { streams, error } = await runConnector(zendesk, situation)
  expect(error).toBeNull()
  const closed = streams.filter(({ access }) => access !== undefined)
  return Object.fromEntries(closed.map(({ tap_stream_id: id, access }) => [id, access?.reason]))
}

describe('what may be read', () => {
  it('is everything, for an administrator of a plan that has it', async () => {
    expect(await closedIn(scene.withGrant(token))).toEqual({})
    expect(await closedIn(scene.withKey({ api_token: `${key} ` }))).toEqual({})
  })

  it('is less on a plan that has less', async () => {
    expect(await closedIn(scene.withKey({ subdomain: 'small' }))).toEqual({
      ticket_forms: 'needs_plan',
      sla_policies: 'not_permitted',
    })
  })

  it('is for an agent what is no export, and none of what comes with that', async () => {
    const agent = scene.withKey({ email: 'bert@acme.test', api_token: 'key-of-an-agent' })
    const reasons = await closedIn(agent)
    expect(Object.keys(reasons)).toEqual([
      ...['tickets', 'ticket_audits', 'ticket_comments', 'ticket_metrics', 'ticket_metric_events'],
      ...['users', 'satisfaction_ratings', 'sla_policies'],
    ])
    expect(new Set(Object.values(reasons))).toEqual(new Set(['not_permitted']))
  })
})

it('waits where Zendesk asks it to', async () => {
  scene.fake.requestsLeft = 3
  const { error, lines } = await runConnector(zendesk, scene.withGrant(token))
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
})

it('makes the config of a tap of an API token', () => {
  const given = { ...settings, email: byKey.email, api_token: key }
  expect(zendesk.config?.({ settings: byKey, grant: null })).toEqual({
    ...given,
    start_date: '2026-01-31T00:00:00Z',
  })
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
    const ways = { provider: asked, client, fetch: scene.fake.inPlace(fetch), now, timeout: 30_000 }
    return requestToken({ ...ways, endpoint, grantType, parameters })
  }
  const byCode = (code: string, more: Parameters<typeof ask>[2] = {}) => {
    scene.fake.codes.add(`acme ${code}`)
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
    expect((await runConnector(zendesk, scene.withGrant(old))).error).toBeNull()
    expect([first.values['scope'], first.lifetime]).toEqual(['read', 172_799_000])
    const second = tokensOf(await ask('refresh_token', { refresh_token: refresh }))
    expect(second.lifetime).toBe(172_799_000)
    expect(second.values['refresh_token']).not.toBe(refresh)
    const renewed = second.values['access_token'] ?? ''
    expect((await runConnector(zendesk, scene.withGrant(renewed))).error).toBeNull()
    // The renewal has ended what was before.
    expect((await runConnector(zendesk, scene.withGrant(old))).error).toMatchObject({
      code: 'AuthorizationExpired',
    })
    expect(await ask('refresh_token', { refresh_token: refresh })).toMatchObject({ kind: 'refused' })
  })

  it('would end under a running tap, were no lifetime asked for', async () => {
    const asked = { ...provider(), tokenParameters: { scope: 'read' } }
    expect(tokensOf(await byCode('code-2', { asked })).lifetime).toBe(1_800_000)
  })

  it('is given by the help desk that the code is of alone', async () => {
    expect(await byCode('code-3', { subdomain: 'small' })).toMatchObject({ kind: 'refused' })
    await expect(byCode('code-4', { subdomain: 'evil.test/' })).rejects.toBeInstanceOf(EndpointRefused)
  })
})
