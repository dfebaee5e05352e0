import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountId, openWorld, slug, type World } from './oauth-world.testing.ts'
import { type RealProvider, startRealProvider } from './real-provider.testing.ts'

let world: World
let provider: RealProvider
beforeEach(async () => {
  world = await openWorld()
  provider = await startRealProvider(world.url)
  world.useProvider(provider.record)
})
afterEach(async () => {
  provider.close()
  await world.close()
})

async function authorize() {
  provider.allow('anna')
  const { url, stateHash } = await world.start()
  const query = await provider.browse(url)
  return { stateHash, query, end: await world.finish(stateHash, slug, query) }
}

describe('a real provider', () => {
  it('grants by code and PKCE, and its token is kept', async () => {
    const { query, end } = await authorize()
    expect(query).toMatchObject({ code: expect.any(String), state: expect.any(String), iss: provider.origin })
    expect(end).toEqual({ kind: 'granted' })
    const grant = await world.grant()
    expect(grant?.values).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      scope: 'contacts.read offline_access',
    })
    expect(await world.oauth.findTrip(query['state'] ?? '')).toMatchObject({ takenAt: expect.any(Number) })
  })

  it('tells that the person declined', async () => {
    provider.decline()
    const { url, stateHash } = await world.start()
    const end = await world.finish(stateHash, slug, await provider.browse(url))
    expect(end).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'denied', provider_code: 'access_denied' },
    })
  })

  it('does not take the code of one trip in another: the verifier differs', async () => {
    provider.allow('mallory')
    const theirs = await provider.browse((await world.start()).url)
    const mine = await world.start()
    const end = await world.finish(mine.stateHash, slug, theirs)
    expect(end).toMatchObject({ kind: 'refused', refusal: { provider_code: 'invalid_grant' } })
    expect(await world.grant()).toBeNull()
  })

  it('refreshes once for 50 callers, and the chain of rotated tokens holds', async () => {
    await authorize()
    const seen = new Set<string | null>()
    for (let round = 1; round <= 3; round++) {
      const before = (await world.grant())?.values['refresh_token']
      const tokens = await Promise.all(
        Array.from({ length: 50 }, () => world.oauth.accessToken(accountId, world.sourceId)),
      )
      expect(new Set(tokens).size).toBe(1)
      expect(seen.has(tokens[0] ?? null)).toBe(false)
      seen.add(tokens[0] ?? null)
      const grant = await world.grant()
      expect(grant).toMatchObject({ status: 'ok', version: 1 + round })
      expect(grant?.values['refresh_token']).not.toBe(before)
    }
  })

  it('declares the grant dead when a used refresh token shows up again', async () => {
    await authorize()
    const first = await world.grant()
    await world.oauth.accessToken(accountId, world.sourceId)
    await world.haveGrant(first?.values ?? {}, -1)
    await expect(world.oauth.accessToken(accountId, world.sourceId)).rejects.toMatchObject({
      code: 'AuthorizationExpired',
    })
    expect((await world.feed()).map(({ type }) => type)).toEqual([
      'source.authorized',
      'source.configured',
      'credentials.revoked',
    ])
  })
})
