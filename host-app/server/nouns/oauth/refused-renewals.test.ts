import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
  await world.haveGrant(old, -1)
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const minute = 60_000
const old = { access_token: 'old', refresh_token: 'rt-1', token_type: 'Bearer' }
const refuse = (body: object | string = '', status = 400) => (provider.answer = () => ({ status, body }))
/** From a process that knows nothing but what is stored. */
const outcome = () =>
  world
    .anotherProcess()
    .accessToken(accountId, world.sourceId)
    .catch((error: unknown) => (error as { code: string }).code)
const told = async () => (await world.feed()).map(({ type }) => type)

describe.each<[string, object | string, number]>([
  ['an empty 400', '', 400],
  ['an empty 401', '', 401],
  ['invalid_request', { error: 'invalid_request' }, 400],
  ['words that we do not know', { error: 'nope', message: 'No.' }, 403],
  ['a 200 with an error', { error: 'nope' }, 200],
])('a renewal that is refused by %s', (_name, body, status) => {
  it('is not asked for by each caller, and ends the grant in the long run, told once', async () => {
    refuse(body, status)
    let asked = 0
    const seen = new Set<unknown>()
    for (let minutes = 0; minutes < 70 && !seen.has('AuthorizationExpired'); minutes++) {
      seen.add(await outcome()).add(await outcome())
      asked = Math.max(asked, provider.asked.length)
      world.clock.offset += minute
    }
    expect([...seen]).toEqual(['VendorUnavailable', 'AuthorizationExpired'])
    expect(asked).toBeGreaterThanOrEqual(5)
    expect(asked).toBeLessThanOrEqual(8)
    expect(world.clock.offset).toBeGreaterThan(60 * minute)
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
    expect(await told()).toEqual(['source.configured', 'credentials.revoked'])
    expect(world.logged.join()).toContain('goes on refusing')
    expect(world.logged.join()).not.toMatch(/rt-1|not for the grant/)
  })
})

describe('a provider that refuses for a while', () => {
  it('costs nobody a grant: the next answer counts, and the count begins anew', async () => {
    refuse()
    expect(await outcome()).toBe('VendorUnavailable')
    world.clock.offset += 50 * minute
    expect(await outcome()).toBe('VendorUnavailable')
    world.clock.offset += 61 * minute
    provider.answer = () => ({ body: { access_token: 'new', expires_in: 3600 } })
    expect(await outcome()).toBe('new')
    refuse()
    world.clock.offset += 61 * minute
    expect(await outcome()).toBe('VendorUnavailable')
    expect(await world.grant()).toMatchObject({ status: 'ok' })
    expect(await told()).toEqual(['source.configured'])
  })

  it('is asked at once for a new authorization', async () => {
    refuse()
    await outcome()
    provider.answer = () => ({ body: { access_token: 'new', expires_in: 3600 } })
    expect(await outcome()).toBe('VendorUnavailable')
    await world.haveGrant(old, -1)
    expect(await outcome()).toBe('new')
  })

  it('is waited for no longer than the longest pause, whatever a clock said', async () => {
    world.clock.offset = 30 * 86_400_000
    refuse()
    await outcome()
    world.clock.offset = 0
    provider.answer = () => ({ body: { access_token: 'new' } })
    expect(await outcome()).toBe('new')
  })
})

const paused = [
  ['a server error', { status: 500, body: '' }, 'VendorUnavailable'],
  ['a rate limit', { status: 429, body: '' }, 'VendorUnavailable'],
  ['a cut connection', 'cut', 'VendorUnavailable'],
  ["the operator's fault", { status: 401, body: { error: 'invalid_client' } }, 'AppMisconfigured'],
  ['it in a header', { status: 401, headers: { 'www-authenticate': 'Basic' }, body: '' }, 'AppMisconfigured'],
] as const

describe.each(paused)('a renewal that fails by %s', (_name, answer, code) => {
  it('is asked for ever more seldom, by all processes, and never given up', async () => {
    provider.answer = () => answer
    for (let seconds = 0; seconds < 3_600; seconds += 5) {
      expect(await outcome()).toBe(code)
      world.clock.offset += 5_000
    }
    expect(provider.asked.length).toBeGreaterThan(10)
    expect(provider.asked.length).toBeLessThan(20)
    expect(await world.grant()).toMatchObject({ status: 'ok', values: old })
    provider.answer = () => ({ body: { access_token: 'new', expires_in: 3600 } })
    world.clock.offset += 5 * minute
    expect(await outcome()).toBe('new')
  })
})

it.each<[string, (now: number) => string, number]>([
  ['seconds', () => '1800', 30],
  ['a date', (now) => new Date(now + 30 * minute).toUTCString(), 30],
  ['more than can be waited for', () => '999999999', 60],
])('waits as long as the provider asks: %s', async (_name, asks, minutes) => {
  const retryAfter = asks(Date.now())
  provider.answer = () => ({ status: 503, headers: { 'retry-after': retryAfter }, body: '' })
  await outcome()
  world.clock.offset = (minutes - 1) * minute
  await outcome()
  expect(provider.asked).toHaveLength(1)
  world.clock.offset = minutes * minute
  await outcome()
  expect(provider.asked).toHaveLength(2)
})

it("is the operator's fault where we have no client any more, and works as soon as there is one", async () => {
  const [client] = world.clients.values()
  world.clients.clear()
  expect(await outcome()).toBe('AppMisconfigured')
  expect(world.logged.join()).toContain('BOBBIN_OAUTH_TEST_CRM_CLIENT_ID')
  if (client) world.clients.set(slug, client)
  expect(await outcome()).toBe('at-1')
})

it.each([
  [{ error: 'invalid_client' }, 'BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET, and clientAuthentication'],
  [{ error: 'unauthorized_client', error_description: 'AADSTS7000215: Invalid secret' }, 'AADSTS7000215'],
  [{ error: 'invalid_scope' }, 'contacts.read deals.read'],
])("never costs a grant where it is the operator's fault: %j", async (body, hint) => {
  refuse(body, 401)
  for (let hours = 0; hours < 10; hours++) {
    expect(await outcome()).toBe('AppMisconfigured')
    world.clock.offset += 60 * minute
  }
  expect(await world.grant()).toMatchObject({ status: 'ok' })
  expect(world.logged.join()).toContain(hint)
})
