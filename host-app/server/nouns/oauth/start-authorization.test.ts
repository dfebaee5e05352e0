import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

describe('start', () => {
  it('sends the browser to the provider with state, PKCE and a redirect URI of its own', async () => {
    const { url } = await world.start()
    expect(url.origin + url.pathname).toBe(`${provider.origin}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'http://localhost:4400/oauth/callback/test-crm',
      scope: 'contacts.read deals.read',
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(url.search).not.toContain('+')
  })

  it('adds the parameters of the provider, none of which replaces ours', async () => {
    world.useProvider({
      ...plainProvider(provider.origin),
      authorizationEndpoint: `${provider.origin}/authorize?tenant=a%20b`,
      scopeSeparator: ',',
      authorizationParameters: { prompt: 'consent', state: 'fixed', redirect_uri: 'https://evil.test' },
    })
    const { url } = await world.start()
    expect(url.searchParams.get('tenant')).toBe('a b')
    expect(url.searchParams.get('prompt')).toBe('consent')
    expect(url.searchParams.get('scope')).toBe('contacts.read,deals.read')
    expect(url.searchParams.getAll('state')).toHaveLength(1)
    expect(url.searchParams.get('state')).not.toBe('fixed')
    expect(url.searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:4400\//)
  })

  it('leaves PKCE out for a provider that refuses it', async () => {
    world.useProvider(plainProvider(provider.origin, { quirks: { noPkce: true } }))
    const { url, stateHash } = await world.start()
    expect(url.searchParams.has('code_challenge')).toBe(false)
    expect(await world.finish(stateHash, slug, { code: 'c' })).toEqual({ kind: 'granted' })
    expect(provider.asked[0]?.parameters).not.toHaveProperty('code_verifier')
  })

  it('stores neither state nor verifier in clear', async () => {
    const { url, stateHash } = await world.start()
    const state = url.searchParams.get('state') ?? ''
    await world.finish(stateHash, slug, { code: 'c' })
    const rows = JSON.stringify(
      await world.database.read.selectFrom('oauth_transaction').selectAll().execute(),
    )
    expect(rows).not.toContain(state)
    expect(rows).not.toContain(provider.asked[0]?.parameters['code_verifier'])
  })

  it('names the settings to the operator when there is no client', async () => {
    const bare = await openWorld({ hasClient: false })
    bare.useProvider(plainProvider(provider.origin))
    await expect(bare.start()).rejects.toMatchObject({
      name: 'AppError',
      code: 'Unavailable',
      data: { reason: 'no_client' },
    })
    expect(bare.logged.join()).toContain(
      'BOBBIN_OAUTH_TEST_CRM_CLIENT_ID and BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET',
    )
    await bare.close()
  })

  it("forgets the account's trips of the days before", async () => {
    const { url } = await world.start()
    world.clock.offset = 2 * 86_400_000
    await world.start()
    expect(await world.oauth.findTrip(url.searchParams.get('state') ?? '')).toBeNull()
  })
})

describe('findTrip', () => {
  it('finds the trip of a state, and none of a foreign one', async () => {
    const { url, stateHash } = await world.start()
    const found = { stateHash, flowId: 'flow-1', accountId, sourceId: world.sourceId, slug }
    const state = url.searchParams.get('state') ?? ''
    expect(await world.oauth.findTrip(state)).toEqual({
      ...found,
      oauthClientId: null,
      takenAt: null,
      isEnded: false,
      isExpired: false,
    })
    expect(await world.oauth.findTrip(`${state}x`)).toBeNull()
    expect(await world.oauth.findTrip(stateHash)).toBeNull()
    expect(await world.oauth.findTrip('')).toBeNull()
    await world.finish(stateHash, slug, { code: 'c' })
    world.clock.offset = world.lifetime
    expect(await world.oauth.findTrip(state)).toEqual({
      ...found,
      oauthClientId: null,
      takenAt: expect.any(Number),
      isEnded: true,
      isExpired: true,
    })
  })
})
