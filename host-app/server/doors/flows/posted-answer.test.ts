import type { LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backs, ended, expectForeign, expectSentTo, failed, home, refusal } from './callbacks.testing.ts'
import { openProviderWorld, slug, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_TIMINGS: '{"heartbeat":50,"lease":3000}' })
})
afterEach(() => world.close())

describe('an answer by POST', () => {
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
  const parkedId = (reply: LightMyRequestResponse) =>
    new URL(String(reply.headers.location), 'http://host').searchParams.get('parked') ?? ''

  it.each([`/oauth/callback/${slug}`, `/oauth/callback/${slug}/`])('is taken at %s', async (path) => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    const reply = await world.post(form({ state, code: 'the-code' }), path)
    expect(reply.statusCode).toBe(303)
    expect(reply.headers.location).toMatch(/^\/oauth\/callback\/test-trip\?parked=[\w-]{22}$/)
    expect(reply.headers['set-cookie']).toBeUndefined()
    const rows = await world.test.services.database.read.selectFrom('oauth_transaction').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('the-code')
    expect(JSON.stringify(rows)).not.toContain(parkedId(reply))

    expectSentTo(await flow.get(String(reply.headers.location)), home(flow))
    expect(await ended(flow)).toBe('completed')
    expect(world.provider.asked[0]?.parameters).toMatchObject({ code: 'the-code' })
  })

  it('is used once', async () => {
    const flow = await world.begin()
    const location = String(
      (await world.post(form({ state: await world.leave(flow), code: 'c' }))).headers.location,
    )
    const replies = await Promise.all([flow.get(location), flow.get(location)])
    for (const reply of replies) expectSentTo(reply, home(flow))
    expectSentTo(await flow.get(location), home(flow))
    expect(world.provider.asked).toHaveLength(1)
    expect(await backs(flow)).toEqual([{ error: null }])
  })

  it('counts for a minute; then the person is told, and the trip is not spent', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    const location = String((await world.post(form({ state, code: 'c' }))).headers.location)
    await world.test.services.database.write((tx) =>
      tx.db.updateTable('oauth_transaction').set({ parked_until: Date.now() }).execute(),
    )
    expectSentTo(await flow.get(location), home(flow))
    expect(await refusal(flow)).toMatchObject({ reason: 'expired' })
    expect(world.provider.asked).toHaveLength(0)
    await world.callback(flow, { state, code: 'c' })
    expect(await ended(flow)).toBe('completed')
  })

  it('tells a refusal, with and without a state', async () => {
    for (const withState of [true, false]) {
      const flow = await world.begin()
      const state = await world.leave(flow)
      const reply = await world.post(form({ error: 'access_denied', ...(withState && { state }) }))
      expectSentTo(await flow.get(String(reply.headers.location)), home(flow))
      expect(await backs(flow)).toEqual([failed('denied', 'access_denied')])
    }
  })

  it.each<[Record<string, string>, string, string | null]>([
    [{ error: 'Access Denied' }, 'denied', null],
    [{ error: 'invalid client' }, 'misconfigured', null],
    [
      { error: 'consent_required', error_description: 'AADSTS90094: Ask an admin.' },
      'approval_needed',
      'consent_required (AADSTS90094)',
    ],
    [
      { error: 'invalid_request', error_description: 'AADSTS50011: No.' },
      'misconfigured',
      'invalid_request (AADSTS50011)',
    ],
    [{ error: 'access_denied', iss: 'https://evil.test' }, 'invalid', null],
    [{ code: 'c0de' }, 'invalid', null],
  ])('without a state says as much as by GET: %j', async (fields, reason, code) => {
    for (const isPosted of [true, false]) {
      const flow = await world.begin()
      await world.leave(flow)
      const location = isPosted
        ? String((await world.post(form(fields))).headers.location)
        : `/oauth/callback/${slug}?${form(fields)}`
      if (isPosted) expect(location).not.toContain('c0de')
      expectSentTo(await flow.get(location), home(flow))
      expect(await refusal(flow)).toMatchObject({ reason, provider_code: code })
    }
  })

  it('is fetched by the browser of its flow alone: an id that is guessed, stolen or of another address is nothing', async () => {
    const [mine, theirs] = [await world.begin(), await world.begin()]
    await world.leave(theirs)
    const state = await world.leave(mine)
    const location = String((await world.post(form({ state, code: 'c' }))).headers.location)
    expectForeign(await theirs.get(location))
    expectForeign(await world.test.app.inject({ url: location }))
    expectForeign(await mine.get(location.replace(slug, 'hp-postgres')))
    expectForeign(await mine.get(`/oauth/callback/${slug}?parked=${'x'.repeat(22)}`))
    expectForeign(await mine.get(`/oauth/callback/${slug}?parked=`))
    expect(world.provider.asked).toHaveLength(0)
    expectSentTo(await mine.get(location), home(mine))
    expect(await ended(mine)).toBe('completed')
  })

  it('of another site, with the state of a flow of its own, does nothing in this browser', async () => {
    const [victim, attacker] = [await world.begin(), await world.begin()]
    await world.leave(victim)
    const state = await world.leave(attacker)
    const reply = await world.post(form({ state, code: 'of-the-attacker' }))
    expectForeign(await victim.get(String(reply.headers.location)))
    expect(await backs(victim)).toEqual([])
    expect(world.provider.asked).toHaveLength(0)
  })

  it('with a state that nobody sent, or at another address, is refused and not kept', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    expectForeign(await world.post(form({ state: 'x'.repeat(43), code: 'c' })))
    expectForeign(await world.post(form({ state, code: 'c' }), '/oauth/callback/hp-postgres'))
    const rows = await world.test.services.database.read
      .selectFrom('oauth_transaction')
      .select('parked')
      .execute()
    expect(rows).toEqual([{ parked: null }])
  })

  it.each([
    ['17 KB', `code=${'x'.repeat(17 * 1024)}`, 'application/x-www-form-urlencoded'],
    ['JSON', '{"code":"c"}', 'application/json'],
    ['parts', '--x', 'multipart/form-data; boundary=x'],
  ])('of %s is as good as nothing: the person is brought back', async (_name, body, contentType) => {
    const flow = await world.begin()
    await world.leave(flow)
    const reply = await world.post(body, undefined, contentType)
    expectSentTo(reply, `/oauth/callback/${slug}`)
    expectSentTo(await flow.get(String(reply.headers.location)), home(flow))
    expect(await refusal(flow)).toMatchObject({ reason: 'interrupted' })
  })

  it('that comes again replaces the one before, and says nothing once the trip is over', async () => {
    const flow = await world.begin()
    const state = await world.leave(flow)
    const first = String((await world.post(form({ state, code: 'first' }))).headers.location)
    const second = String((await world.post(form({ state, code: 'second' }))).headers.location)
    expectForeign(await flow.get(first))
    expectSentTo(await flow.get(second), home(flow))
    expect(world.provider.asked.map(({ parameters }) => parameters['code'])).toEqual(['second'])
    const late = await world.post(form({ state, error: 'access_denied' }))
    expectSentTo(await flow.get(String(late.headers.location)), home(flow))
    expect(await backs(flow)).toEqual([{ error: null }])
  })
})
