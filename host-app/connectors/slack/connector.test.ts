import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import type { StandardParameter } from '../oauth-provider.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { slack } from './connector.ts'
import { allScopes, client, type FakeSlack, startFakeSlack } from './fake-slack.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', channels: 'C00' }
const [app, person] = ['xoxb-app', 'xoxp-anna']

let fake: FakeSlack
beforeAll(async () => {
  fake = await startFakeSlack()
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.mood = 'well'
  have(app, 'bot', allScopes.bot)
  have(person, 'user', allScopes.user)
  have('xoxb-few', 'bot', ['channels:read', 'channels:history', 'users:read'])
  have('xoxp-gone', 'user', allScopes.user, 'revoked')
})

const have = (
  token: string,
  kind: 'bot' | 'user',
  scopes: readonly string[],
  state: 'good' | 'revoked' = 'good',
) => fake.tokens.set(token, { kind, scopes, state })

function withGrant(accessToken: string | null, ofPerson: string | null = person): Situation {
  const scopes = fake.tokens.get(accessToken ?? '')?.scopes ?? allScopes.bot
  const user = ofPerson === null ? null : { accessToken: ofPerson, scopes: allScopes.user }
  const others: NonNullable<ConnectorGrant['others']> = user ? { user } : {}
  const grant = grantOf(accessToken, { scopes, others, kept: { team_id: 'T01' } })
  return { settings, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

const report = { phase: () => {}, log: () => {} }
const contextOf = (situation: Situation) => ({ ...situation, signal: AbortSignal.timeout(30_000), report })

describeRestConnector(slack, {
  example: settings,
  junk: { start_date: ['yesterday'], channels: ['general', '#general', 'C00\n'] },
  working: () => withGrant(app),
  fake: () => fake,
  options: { channels: ['C00', 'C01', 'C02', 'C03'] },
  secrets: () => [app, person],
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => withGrant('xoxb-made-up'),
    },
    'no grant': { code: 'AuthorizationExpired', field: null, situation: () => withGrant(null) },
  },
})

const accessOf = async (situation: Situation) => {
  const { error, streams } = await runConnector(slack, situation)
  expect(error).toBeNull()
  return Object.fromEntries(streams.map(({ tap_stream_id: id, access }) => [id, access ?? null]))
}

it('reads what each of both grants may read', async () => {
  const access = await accessOf(withGrant(app))
  expect(Object.values(access)).toEqual(Object.keys(access).map(() => null))
  expect(Object.keys(access)).toContain('private_channels')
})

it('says of each stream which scope is missing', async () => {
  expect(await accessOf(withGrant('xoxb-few', null))).toEqual({
    ...{ channels: null, channel_members: null, messages: null, threads: null, users: null },
    user_groups: { reason: 'needs_scope', scope: 'usergroups:read' },
    files: { reason: 'needs_scope', scope: 'files:read' },
    private_channels: { reason: 'needs_scope', scope: 'groups:read' },
    private_messages: { reason: 'needs_scope', scope: 'groups:history' },
  })
})

it("says that it was the person's grant that Slack refused", async () => {
  const { error } = await runConnector(slack, withGrant(app, 'xoxp-gone'))
  expect(error).toMatchObject({ code: 'AuthorizationExpired', role: 'user' })
})

it('lists the channels page by page, those that are archived not', async () => {
  const ask = (cursor: string | null) =>
    slack.options?.(contextOf(withGrant(app)), { property: 'channels', query: '', cursor })
  const first = await ask(null)
  expect(first?.options).toEqual([
    { value: 'C00', label: '#general', hint: 'C00' },
    { value: 'C01', label: '#random', hint: 'C01' },
  ])
  const second = await ask(first?.nextCursor ?? null)
  expect(second?.options.map(({ label }) => label)).toEqual(['#support', '#sales'])
  expect(second?.nextCursor).toBeNull()
})

it('names the workspace', async () => {
  expect(await slack.identify?.(contextOf(withGrant(app)))).toBe('North (T01)')
})

it('waits where Slack asks it to', async () => {
  fake.requestsLeft = 0
  const { error, lines } = await runConnector(slack, withGrant(app))
  expect(error).toBeNull()
  expect(lines).toContain('The service asks to wait 0 s.')
})

it('makes the config of a tap', () => {
  const { grant } = withGrant(app)
  expect(slack.config?.({ settings, grant })).toEqual({
    ...{ start_date: '2026-01-31T00:00:00Z', channels: ['C00'] },
    ...{ token: app, user_access_token: person },
  })
})

it('is granted both, and renews each for itself', async () => {
  const { oauth: provider } = slack
  if (!provider) throw new Error('It has a provider.')
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
    role: string | null = null,
  ) => {
    const ways = { provider, client, fetch: fake.inPlace(fetch), now: () => Date.now(), timeout: 30_000 }
    const endpoint = String(provider.tokenEndpoint)
    const answer = await requestToken({ ...ways, endpoint, grantType, parameters, role })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}: ${JSON.stringify(answer)}`)
    return answer
  }
  fake.codes.set('code-1', { user: true })
  const { values, lifetime, others } = await ask('authorization_code', { code: 'code-1' })
  expect(values).toMatchObject({ team_id: 'T01', user_id: 'U01', scope: allScopes.bot.join(' ') })
  expect(lifetime).toBe(43_200_000)
  const user = others?.['user']?.values ?? {}
  expect(user).toMatchObject({ scope: 'groups:read groups:history' })
  const again = await ask('refresh_token', { refresh_token: user['refresh_token'] ?? '' }, 'user')
  expect(again.values['scope']).toBe('groups:read groups:history')
  await ask('refresh_token', { refresh_token: values['refresh_token'] ?? '' })
  await expect(ask('refresh_token', { refresh_token: values['refresh_token'] ?? '' })).rejects.toThrow(
    'invalid_refresh_token',
  )
  fake.codes.set('code-2', { user: false })
  expect((await ask('authorization_code', { code: 'code-2' })).others).toEqual({})
})
