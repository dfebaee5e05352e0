import type { LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openProviderWorld, slug, type ProviderWorld } from './test-provider-flow.ts'
import type { TestFlow } from './test-flow.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({ BOBBIN_TIMINGS: '{"heartbeat":50,"lease":3000}' })
})
afterEach(() => world.close())

const home = ({ id }: TestFlow) => `/connect/${id}`
const backs = async (flow: TestFlow) =>
  (await flow.relay()).filter(({ type }) => type === 'back').map(({ data }) => data)
const refusal = async (flow: TestFlow) =>
  ((await flow.call('getState')).json() as { refusal: { reason: string; provider_code: string } | null })
    .refusal
const ended = async (flow: TestFlow) => (await flow.relay()).at(-1)?.type
const failed = (reason: string, providerCode: string | null = null) => ({
  error: { code: 'AuthorizeFailure', message: expect.any(String), data: { reason, providerCode } },
})

function expectSentTo(reply: LightMyRequestResponse, location: string): void {
  expect(reply.statusCode).toBe(303)
  expect(reply.headers.location).toBe(location)
}
function expectForeign(reply: LightMyRequestResponse): void {
  expect(reply.statusCode).toBe(400)
  expect(reply.headers['content-type']).toContain('text/html')
  expect(reply.body).toContain('This answer does not belong to a setup')
}

it('ends the trip, also at the address with a slash at its end', async () => {
  const flow = await world.begin()
  const state = await world.leave(flow)
  expectSentTo(await world.callback(flow, { state, code: 'c' }, `/oauth/callback/${slug}/`), home(flow))
  expect(await backs(flow)).toEqual([{ error: null }])
  expect(await ended(flow)).toBe('completed')
})

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
