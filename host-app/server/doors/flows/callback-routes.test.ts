import { afterEach, beforeEach, expect, it } from 'vitest'
import { backs, ended, expectSentTo, home } from './callbacks.testing.ts'
import { openProviderWorld, slug, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_TIMINGS: '{"heartbeat":50,"lease":3000}' })
})
afterEach(() => world.close())

it('ends the trip, also at the address with a slash at its end', async () => {
  const flow = await world.begin()
  const state = await world.leave(flow)
  expectSentTo(await world.callback(flow, { state, code: 'c' }, `/oauth/callback/${slug}/`), home(flow))
  expect(await backs(flow)).toEqual([{ error: null }])
  expect(await ended(flow)).toBe('completed')
})

it('does not take the flow back from where it went on meanwhile', async () => {
  const flow = await world.begin()
  const [first, second] = [
    await world.leave(flow),
    await (async () => {
      await flow.openPage()
      return world.leave(flow)
    })(),
  ]
  await world.callback(flow, { state: second, code: 'c' })
  expect(await ended(flow)).toBe('completed')
  expectSentTo(await world.callback(flow, { state: first, error: 'access_denied' }), home(flow))
  expect(await ended(flow)).toBe('completed')
})

it('stores the grant as soon as the store takes it, and tells of one return', async () => {
  const flow = await world.begin()
  const state = await world.leave(flow)
  const { database } = world.test.services
  const { write } = database
  let refusals = 0
  world.provider.answer = () => {
    database.write = (work) => {
      if (++refusals === 2) database.write = write
      return refusals > 2 ? write(work) : Promise.reject(new Error('disk is full'))
    }
    return { body: { access_token: 'at' } }
  }
  expectSentTo(await world.callback(flow, { state, code: 'c' }), home(flow))
  expect(refusals).toBe(2)
  expect(await ended(flow)).toBe('completed')
})
