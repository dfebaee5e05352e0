import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'
import type { OAuth } from './oauth.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  use({})
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const hour = 3_600_000
const use = (more: Partial<OAuthProvider>) => world.useProvider(plainProvider(provider.origin, more))
const token = (otherThan: string | null = null, oauth: OAuth = world.oauth) =>
  oauth.accessToken(accountId, world.sourceId, { otherThan })
const old = { access_token: 'at-0', refresh_token: 'rt-0', token_type: 'Bearer' }

/** A token that is new each time, with what else a reply says. */
function answerWith(more: object = {}) {
  provider.answer = ({ parameters }) => {
    const count = provider.asked.length
    // Used twice, a refresh token ends the grant.
    if (parameters['refresh_token'] !== `rt-${count - 1}`)
      return { status: 400, body: { error: 'invalid_grant' } }
    return { body: { access_token: `at-${count}`, refresh_token: `rt-${count}`, ...more } }
  }
}

describe('the life of a token', () => {
  it.each([
    [{}],
    [{ expires_in: null }],
    [{ expires_in: 0 }],
    [{ expires_in: 'soon' }],
    [{ expires_in: '' }],
  ])('is that of the last one where the renewal says %j', async (said) => {
    answerWith(said)
    await world.haveGrant(old, hour)
    for (const count of [1, 2, 3]) {
      world.clock.offset += hour
      expect(await token()).toBe(`at-${count}`)
      expect(await token()).toBe(`at-${count}`)
      const { expiresAt = null } = (await world.grant()) ?? {}
      expect(Math.abs((expiresAt ?? 0) - Date.now() - world.clock.offset - hour)).toBeLessThan(5_000)
    }
    expect(provider.asked).toHaveLength(3)
  })

  it('is what the renewal says, where it does', async () => {
    answerWith({ expires_in: 7200 })
    await world.haveGrant(old, hour)
    world.clock.offset = hour
    await token()
    expect(await world.grant()).toMatchObject({ lifetime: 2 * hour })
  })

  it('is what the connector says, where no reply does, from the first token on', async () => {
    use({ assumedLifetime: 2 * hour })
    provider.answer = () => ({ body: { access_token: 'at-0', refresh_token: 'rt-1' } })
    const { stateHash } = await world.start()
    await world.finish(stateHash, slug, { code: 'c' })
    expect(await world.grant()).toMatchObject({ lifetime: 2 * hour, expiresAt: expect.any(Number) })
    answerWith()
    world.clock.offset = 2 * hour
    expect(await token()).toBe('at-2')
    expect(await world.grant()).toMatchObject({ lifetime: 2 * hour })
  })

  it('is known of a grant that came with an earlier version', async () => {
    answerWith()
    await world.haveGrant(old, null)
    expect(await token('at-0')).toBe('at-1')
    expect(await world.grant()).toMatchObject({ lifetime: null, expiresAt: null })
  })
})

describe('a token that the vendor refuses before its time', () => {
  it.each([hour, null])('is renewed once for all who were refused (life: %s)', async (life) => {
    answerWith()
    await world.haveGrant(old, life)
    const [one, other] = [world.anotherProcess(), world.anotherProcess()]
    const tokens = await Promise.all([one, one, one, other, other].map((oauth) => token('at-0', oauth)))
    expect(new Set(tokens)).toEqual(new Set(['at-1']))
    // Who comes late with the same news gets what is there.
    expect(await token('at-0')).toBe('at-1')
    expect(provider.asked).toHaveLength(1)
  })

  it('is the same as before where the provider renews nothing yet, after one question', async () => {
    provider.answer = () => ({ body: { access_token: 'at-0' } })
    await world.haveGrant(old, hour)
    expect(await token('at-0')).toBe('at-0')
    expect(provider.asked).toHaveLength(1)
  })

  it('is the end of what cannot be renewed, which only the vendor can say', async () => {
    await world.haveGrant({ access_token: 'at-0' }, null)
    await expect(token('at-0')).rejects.toMatchObject({ code: 'AuthorizationExpired' })
    expect(await world.grant()).toMatchObject({ status: 'ok' })
    expect(await token()).toBe('at-0')
  })

  it('is the end of the grant that the provider ended', async () => {
    provider.answer = () => ({ status: 400, body: { error: 'invalid_grant' } })
    await world.haveGrant(old, null)
    await expect(token('at-0')).rejects.toMatchObject({ code: 'AuthorizationExpired' })
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
  })
})
