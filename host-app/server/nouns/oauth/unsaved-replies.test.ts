import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import type { OAuth } from './oauth.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, rotating, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

// The first request of a process loads what it is sent with: that takes longer, on a busy machine, than these leases.
beforeAll(async () => {
  const { origin, close } = await startScriptedProvider()
  await createOutbound({ allowPrivateNetworks: true }).fetch(origin)
  close()
})
beforeEach(async () => {
  world = await openWorld({ timings: { lease: 600 } })
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const token = (oauth: OAuth = world.oauth) => oauth.accessToken(accountId, world.sourceId)
const old = { access_token: 'old', refresh_token: 'rt-1', token_type: 'Bearer', scope: 'x' }

const rotate = () => void (provider.answer = rotating())

describe('a renewal whose save fails', () => {
  /** The store takes no writes from the moment that the provider answers, until it is mended. */
  function breakStore(): () => void {
    const { database } = world
    const { write } = database
    const { answer } = provider
    provider.answer = (asked) => {
      database.write = () => Promise.reject(new Error('disk is full'))
      return answer(asked)
    }
    return () => {
      database.write = write
      provider.answer = answer
    }
  }

  it('is used all the same, and saved as soon as that is possible', async () => {
    rotate()
    await world.haveGrant(old, -1)
    const mend = breakStore()
    expect(await token()).toBe('at-2')
    expect(await token()).toBe('at-2')
    expect(await world.grant()).toMatchObject({ values: { refresh_token: 'rt-1' }, version: 1 })
    mend()
    await expect.poll(() => world.grant()).toMatchObject({ values: { refresh_token: 'rt-2' }, version: 2 })
    expect(provider.asked).toHaveLength(1)
    expect(world.logged.join()).not.toMatch(/rt-2|at-2/)
  })

  it('is never asked for again with the refresh token that was spent', async () => {
    rotate()
    const { answer } = provider
    provider.answer = async (asked) => {
      const reply = await answer(asked)
      // Too short to be handed out twice.
      return typeof reply === 'object' ? { ...reply, body: { ...Object(reply.body), expires_in: 5 } } : reply
    }
    await world.haveGrant(old, -1)
    const mend = breakStore()
    expect(await token()).toBe('at-2')
    const next = token()
    mend()
    expect(await next).toBe('at-3')
    expect(provider.asked.map(({ parameters }) => parameters['refresh_token'])).toEqual(['rt-1', 'rt-2'])
  })

  it('gives way to a new authorization', async () => {
    rotate()
    await world.haveGrant(old, -1)
    const mend = breakStore()
    await token()
    mend()
    await world.haveGrant({ ...old, access_token: 'new grant' }, 3_600_000)
    await expect.poll(() => token()).toBe('new grant')
    expect(await world.grant()).toMatchObject({ values: { access_token: 'new grant' }, version: 2 })
  })
})
