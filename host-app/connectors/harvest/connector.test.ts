import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { grantOf } from '../grant.testing.ts'
import type { StandardParameter } from '../oauth-provider.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { harvest } from './connector.ts'
import { client, type FakeHarvest, startFakeHarvest } from './fake-harvest.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', account_id: '1001' }
const token = 'token-of-anna'

let fake: FakeHarvest
beforeAll(async () => {
  fake = await startFakeHarvest()
  fake.tokens.add(token)
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.mood = 'well'
})

function withGrant(accessToken: string | null, given: Record<string, string> = settings): Situation {
  return { settings: given, grant: grantOf(accessToken), ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

const report = { phase: () => {}, log: () => {} }
const contextOf = (situation: Situation) => ({ ...situation, signal: AbortSignal.timeout(30_000), report })

describeRestConnector(harvest, {
  example: settings,
  junk: { start_date: ['yesterday'], account_id: ['', 'north', '1001\n'] },
  working: () => withGrant(token),
  fake: () => fake,
  options: { account_id: ['1001', '1002', '2001'] },
  secrets: () => [token],
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => withGrant('made-up'),
    },
    'no grant': { code: 'AuthorizationExpired', field: null, situation: () => withGrant(null) },
    'an account of somebody else': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => withGrant(token, { ...settings, account_id: '9009' }),
    },
    'no account': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => withGrant(token, { start_date: '2026-01-31' }),
    },
  },
})

it('lets people choose of their accounts, before one is chosen', async () => {
  const question = { property: 'account_id', query: '', cursor: null }
  const page = await harvest.options?.(contextOf(withGrant(token, {})), question)
  expect(page).toEqual({
    options: [
      { value: '1001', label: 'North Ltd', hint: '1001' },
      { value: '1002', label: 'South Ltd', hint: '1002' },
      {
        ...{ value: '2001', label: 'Plans of North', hint: '2001' },
        unavailable: 'It is of another product, not of Harvest.',
      },
    ],
    nextCursor: null,
  })
})

it('names who signed in, before an account is chosen, too', async () => {
  expect(await harvest.identify?.(contextOf(withGrant(token, {})))).toBe('Anna Berg (anna@north.test)')
})

it('waits where Harvest asks it to', async () => {
  fake.requestsLeft = 0
  const { error, lines } = await runConnector(harvest, withGrant(token))
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
})

it('makes the config of a tap', () => {
  const { grant } = withGrant(token)
  const config = { ...settings, start_date: '2026-01-31T00:00:00Z', access_token: token }
  expect(harvest.config?.({ settings, grant })).toEqual(config)
})

it('is granted what it can renew', async () => {
  const { oauth: provider } = harvest
  if (!provider) throw new Error('It has a provider.')
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
  ) => {
    const ways = { provider, client, fetch: fake.inPlace(fetch), now: () => Date.now(), timeout: 30_000 }
    const endpoint = String(provider.tokenEndpoint)
    const answer = await requestToken({ ...ways, endpoint, grantType, parameters })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }
  fake.codes.add('code-1')
  const first = await ask('authorization_code', { code: 'code-1', redirect_uri: 'https://bobbin.test/' })
  expect(first.lifetime).toBe(1_209_600_000)
  const second = await ask('refresh_token', { refresh_token: first.values['refresh_token'] ?? '' })
  const { error } = await runConnector(harvest, withGrant(second.values['access_token'] ?? ''))
  expect(error).toBeNull()
  await expect(ask('authorization_code', { code: 'code-1' })).rejects.toThrow('refused')
})
