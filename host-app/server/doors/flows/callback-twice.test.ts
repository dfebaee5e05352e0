import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backs, ended, expectSentTo, failed, home, refusal } from './callbacks.testing.ts'
import { openProviderWorld, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_TIMINGS: '{"heartbeat":50,"lease":3000}' })
})
afterEach(() => world.close())

describe('a callback that is loaded twice', () => {
  it('exchanges once, and tells the page of one return', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    const asked = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    world.provider.answer = async () => {
      asked.resolve()
      await goOn.promise
      return { body: { access_token: 'at' } }
    }
    const first = world.callback(flow, { state, code: 'c' })
    await asked.promise
    const second = world.callback(flow, { state, code: 'c' })
    // The second has looked at the trip, and found it taken.
    await world.callback(flow, { state: 'x' })
    goOn.resolve()
    for (const reply of await Promise.all([first, second])) expectSentTo(reply, home(flow))
    expectSentTo(await world.callback(flow, { state, code: 'c' }), home(flow))
    expect(world.provider.asked).toHaveLength(1)
    expect(await backs(flow)).toEqual([{ error: null }])
    expect(await ended(flow)).toBe('completed')
  })

  it('keeps the reason of the first: what could not be reached was not interrupted', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    world.provider.answer = () => 'cut'
    await world.callback(flow, { state, code: 'c' })
    await world.callback(flow, { state, code: 'c' })
    expect(await refusal(flow)).toMatchObject({ reason: 'unreachable' })
    expect(await backs(flow)).toEqual([failed('unreachable')])
    world.provider.answer = () => ({ body: { access_token: 'at' } })
    await world.callback(flow, { state: await world.leave(flow), code: 'c' })
    expect(await ended(flow)).toBe('completed')
  })

  it('says interrupted when the process that took it has died', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    const { database } = world.test.services
    // As a process leaves it behind that is killed between taking the trip and storing its end.
    await database.write((tx) =>
      tx.db.updateTable('oauth_transaction').set({ taken_at: Date.now() }).execute(),
    )
    expectSentTo(await world.callback(flow, { state, code: 'c' }), home(flow))
    expect(await refusal(flow)).toMatchObject({ reason: 'interrupted' })
    expect(world.provider.asked).toHaveLength(0)
  })
})
