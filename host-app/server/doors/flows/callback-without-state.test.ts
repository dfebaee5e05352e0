import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backs, ended, expectForeign, expectSentTo, failed, home, refusal } from './callbacks.testing.ts'
import { openProviderWorld, slug, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_TIMINGS: '{"heartbeat":50,"lease":3000}' })
})
afterEach(() => world.close())

describe('a callback without a state', () => {
  it.each<[string, Record<string, string>, string, string | null]>([
    ['a refusal', { error: 'access_denied' }, 'denied', 'access_denied'],
    ['an error in words that are none', { error: '<b>no</b>' }, 'provider_error', null],
    ['nothing at all', {}, 'interrupted', null],
    ['an empty state', { state: '' }, 'interrupted', null],
    ['a code', { code: 'c' }, 'invalid', null],
    ['a code and an error', { code: 'c', error: 'access_denied' }, 'invalid', null],
    ['an error of another issuer', { error: 'access_denied', iss: 'https://evil.test' }, 'invalid', null],
  ])('brings the person back to the wizard: %s', async (_name, query, reason, code) => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    expectSentTo(await world.callback(flow, query), home(flow))
    expect(await refusal(flow)).toMatchObject({ reason, provider_code: code })
    expect(await backs(flow)).toEqual([failed(reason, code)])
    expect(world.provider.asked).toHaveLength(0)

    // It spent nothing: the right answer still counts.
    expectSentTo(await world.callback(flow, { state, code: 'c' }), home(flow))
    expect(await ended(flow)).toBe('completed')
  })

  it('is tried again from there', async () => {
    const flow = await world.begin()
    await world.leave(flow)
    await world.callback(flow, { error: 'access_denied' })
    const state = await world.leave(flow)
    await world.callback(flow, { state, code: 'c' })
    expect(await ended(flow)).toBe('completed')
  })

  it('is told to the newest flow of this browser that is at this provider', async () => {
    const [older, newer] = [await world.begin(), await world.begin()]
    await world.leave(older)
    await world.leave(newer)
    const cookie = [older.cookie(), newer.cookie()].join('; ')
    const load = () =>
      world.test.app.inject({ url: `/oauth/callback/${slug}?error=access_denied`, headers: { cookie } })
    expectSentTo(await load(), home(newer))
    expect(await backs(older)).toEqual([])
    await newer.call('cancelFlow')
    expectSentTo(await load(), home(older))
  })

  it('is refused where no flow of this browser is at this provider', async () => {
    const away = await world.begin()
    await world.leave(away)
    const other = await world.begin()
    expectForeign(await world.callback(other, { error: 'access_denied' }))
    expectForeign(await world.test.app.inject({ url: `/oauth/callback/${slug}` }))
    expectForeign(await world.callback(away, {}, '/oauth/callback/hp-postgres'))
    expect(await backs(away)).toEqual([])
  })

  it.each<Record<string, string>>([{ state: 'x'.repeat(43) }, { state: 'x', error: 'access_denied' }])(
    'is not taken for one with a state that nobody sent: %j',
    async (query) => {
      const flow = await world.begin()
      await world.leave(flow)
      expectForeign(await world.callback(flow, query))
      expect(await backs(flow)).toEqual([])
    },
  )
})
