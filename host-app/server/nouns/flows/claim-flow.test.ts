import { getEventListeners } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

const flow = () => createTestFlow(test.app, test.services)

async function token(scope: Record<string, unknown> = {}): Promise<string> {
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', scope)
  return (body as { ephemeral_token: string }).ephemeral_token
}

/** Makes every token of the account look as old as it can get. */
const age = () =>
  test.services.database.write((tx) =>
    tx.db
      .updateTable('ephemeral_token')
      .set({ expires_at: 1 })
      .where('account_id', '=', account.id)
      .execute(),
  )

it('spends the token and opens the session', async () => {
  const reply = await flow().claim(await token())
  expect(reply.statusCode).toBe(200)
  expect(reply.headers['access-control-allow-origin']).toBe('*')
  expect(reply.json()).toMatchObject({ timings: { load: expect.any(Number) } })
})

it('lets exactly one of 50 flows that race for a token win, and the winner repeat itself', async () => {
  const contested = await token()
  const flows = Array.from({ length: 50 }, flow)
  const replies = await Promise.all(flows.map((one) => one.claim(contested)))
  const winner = replies.findIndex(({ statusCode }) => statusCode === 200)
  expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
  for (const [index, reply] of replies.entries()) {
    if (index === winner) continue
    expect(reply.statusCode).toBe(409)
    expect(reply.json()).toMatchObject({ error: 'UpgradeEphemeralToken', data: { reason: 'used' } })
  }
  const again = await flows[winner]!.claim(contested)
  expect(again.statusCode).toBe(200)
  expect(again.json()).toEqual(replies[winner]!.json())
})

it.each<
  [
    string,
    number,
    string,
    (value: string) => Promise<{ token: string; options?: object; origin?: string | null }>,
  ]
>([
  ['forged', 401, 'invalid', async () => ({ token: 'bob_eph_forged' })],
  [
    'expired',
    401,
    'expired',
    async (value) => {
      await age()
      return { token: value }
    },
  ],
  [
    'brought by another origin',
    403,
    'origin',
    async (value) => ({ token: value, origin: 'https://evil.test' }),
  ],
  ['brought by no origin', 403, 'origin', async (value) => ({ token: value, origin: null })],
  ['brought by a sandboxed page', 403, 'origin', async (value) => ({ token: value, origin: 'null' })],
  ['for another type', 403, 'out_of_scope', async () => ({ token: await token({ types: ['import_api'] }) })],
  [
    'for another function',
    403,
    'out_of_scope',
    async () => ({ token: await token({ functions: ['editSource'] }) }),
  ],
])('refuses a token that is %s', async (_, status, reason, make) => {
  const { token: value, options, origin } = await make(await token())
  const reply = await flow().claim(value, options as never, origin === undefined ? {} : { origin })
  expect(reply.statusCode).toBe(status)
  expect(reply.json()).toMatchObject({ error: 'UpgradeEphemeralToken', data: { reason } })
})

it('does not burn a token by refusing it', async () => {
  const value = await token()
  expect((await flow().claim(value, undefined, { origin: 'https://evil.test' })).statusCode).toBe(403)
  expect((await flow().claim(value, { function: 'addSource', type: 'test.nowhere' })).statusCode).toBe(404)
  expect((await flow().claim(value, { function: 'editSource', id: 999_999 })).statusCode).toBe(404)
  expect((await flow().claim(value)).statusCode).toBe(200)
})

it.each<[string, (value: string) => Promise<{ token?: string; origin?: string }>]>([
  ['without a token', async () => ({})],
  ['with a token that is none', async () => ({ token: 'bob_eph_forged' })],
  ['with the flow’s own token, which is spent', async (value) => ({ token: value })],
  [
    'with a good token, from another origin',
    async () => ({ token: await token(), origin: 'https://evil.test' }),
  ],
  ['with a token for something else', async () => ({ token: await token({ types: ['import_api'] }) })],
  [
    'with a token of another account',
    async () => {
      const other = await test.signUp(`rival${Math.random()}@acme.test`)
      await other.call('PUT', '/v4/account', { allowed_origins: [page] })
      const { body } = await other.call('POST', '/v3/sessions/ephemeral')
      return { token: (body as { ephemeral_token: string }).ephemeral_token }
    },
  ],
])('goes on whatever a second claim %s says', async (_, make) => {
  const one = flow()
  const value = await token()
  await one.claim(value)
  const before = await one.relay()
  const { token: rival, origin = page } = await make(value)
  const raced = await one.claim(rival, undefined, { origin, appKey: 'z'.repeat(22) })
  expect([raced.statusCode, raced.json()]).toMatchObject([409, { error: 'UpgradeEphemeralToken' }])
  expect(await one.relay()).toEqual(before)
  expect((await one.claim(value)).statusCode).toBe(200)
})

it('stops a flow that is claimed with another key', async () => {
  const one = flow()
  const value = await token()
  await one.claim(value)
  const raced = await one.claim(await token(), undefined, { appKey: 'z'.repeat(22) })
  expect(raced.statusCode).toBe(409)
  expect((await one.relay()).at(-1)).toMatchObject({ type: 'failed', data: { code: 'FlowSuperseded' } })
})

it('knows neither an unknown type nor another account’s source', async () => {
  const other = await test.signUp('other@acme.test')
  const made = await other.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Theirs' })
  const theirs = (made.body as { id: number }).id
  expect((await flow().claim(await token(), { function: 'addSource', type: 'nope' })).json()).toMatchObject({
    error: 'UnknownSourceType',
    data: { type: 'nope' },
  })
  expect((await flow().claim(await token(), { function: 'editSource', id: theirs })).json()).toMatchObject({
    error: 'SourceNotFound',
    data: { id: theirs },
  })
})

it('refuses a step that the type lacks, a missing option and an unknown check', async () => {
  const { body } = await account.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Mine' })
  const { id } = body as { id: number }
  for (const options of [
    { function: 'authorizeSource', id },
    { function: 'addSource' },
    { function: 'editSource' },
    { function: 'editSource', id, discovery_job_name: '1.2.check.x' },
  ]) {
    const reply = await flow().claim(await token(), options)
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({ error: 'InvalidOptions' })
  }
  expect((await flow().claim(undefined)).json()).toMatchObject({
    error: 'InvalidOptions',
    data: { option: 'ephemeral_token' },
  })
})

it('opens the relay to the flow’s own key alone', async () => {
  const one = flow()
  await one.claim(await token())
  const two = flow()
  await two.claim(await token())
  expect((await one.relay()).map(({ type }) => type)).toEqual(['claimed'])
  for (const authorization of [`Bearer ${two.key}`, 'Bearer ', '', `Basic ${one.key}`]) {
    const reply = await test.app.inject({ url: `/flows/${one.id}/relay?wait=0`, headers: { authorization } })
    expect(reply.statusCode).toBe(404)
  }
  const cancel = await test.app.inject({
    method: 'POST',
    url: `/flows/${one.id}/cancel`,
    headers: { authorization: `Bearer ${two.key}` },
  })
  expect(cancel.statusCode).toBe(404)
})

it('takes the key from the body, whatever a script of the page has written over the headers', async () => {
  const one = flow()
  await one.claim(await token())
  const ask = (path: 'relay' | 'cancel', body: object, authorization = 'Bearer of-the-app-itself') =>
    test.app.inject({
      method: 'POST',
      url: `/flows/${one.id}/${path}`,
      headers: { authorization, 'content-type': 'text/plain;charset=UTF-8', origin: page },
      payload: JSON.stringify(body),
    })
  const stranger = 'x'.repeat(22)
  for (const reply of [
    await ask('relay', { app_key: stranger, wait: 0 }, `Bearer ${one.key}`),
    await ask('cancel', { app_key: stranger, reason: 'closed' }, `Bearer ${one.key}`),
  ]) {
    expect([reply.statusCode, reply.json()]).toMatchObject([404, { error: 'NotFound' }])
  }
  const poll = await ask('relay', { app_key: one.key, after: 0, wait: 0 })
  expect(poll.json()).toMatchObject({ events: [{ seq: 1, type: 'claimed' }] })
  const cancel = await ask('cancel', { app_key: one.key, reason: 'closed' })
  expect(cancel.json()).toEqual({ status: 'cancelled' })
  const stream = await ask('relay', { app_key: one.key, after: 1 })
  expect(stream.headers['content-type']).toContain('text/event-stream')
  expect(stream.body.match(/^id: .*/gm)).toEqual(['id: 2'])
})

it('tells what comes after the last event that was seen, whichever way the page says which that is', async () => {
  const one = flow()
  await one.claim(await token())
  const authorization = `Bearer ${one.key}`
  await test.app.inject({ method: 'POST', url: `/flows/${one.id}/cancel`, headers: { authorization } })
  const read = (query: string, headers: Record<string, string> = {}) =>
    test.app.inject({ url: `/flows/${one.id}/relay?${query}`, headers: { authorization, ...headers } })
  const last = (await one.relay()).at(-1)
  expect(last).toMatchObject({ seq: 2, type: 'cancelled' })

  for (const reply of [await read('wait=0&after=1'), await read('wait=0', { 'last-event-id': '1' })]) {
    expect(reply.json()).toEqual({ events: [last] })
  }
  // The end is the last thing that a stream tells.
  for (const reply of [await read('after=1'), await read('', { 'last-event-id': '1' })]) {
    expect(reply.headers['content-type']).toContain('text/event-stream')
    expect(reply.body.match(/^id: .*/gm)).toEqual(['id: 2'])
  }
})

it('ends a flow once, whoever asks, and hears that the page knows', async () => {
  const one = flow()
  await one.begin(await token(), { function: 'addSource', type: 'import_api' })
  const cancel = () =>
    test.app.inject({
      method: 'POST',
      url: `/flows/${one.id}/cancel`,
      headers: { authorization: `Bearer ${one.key}` },
      payload: { reason: 'aborted' },
    })
  const [saved, cancelled, twice] = await Promise.all([
    one.call('saveForm', { display_name: 'Raced', properties: {} }),
    cancel(),
    cancel(),
  ])
  expect([saved.statusCode, cancelled.statusCode, twice.statusCode]).toEqual([200, 200, 200])
  const events = await one.relay()
  const ends = events.filter(({ type }) => ['completed', 'cancelled', 'failed'].includes(type))
  expect(ends).toHaveLength(1)
  expect(cancelled.json()).toEqual({ status: ends[0]!.type })
  expect((await one.call('getState')).json()).toMatchObject({ is_acknowledged: false })
  await one.relay(ends[0]!.seq)
  expect((await one.call('getState')).json()).toMatchObject({ is_acknowledged: true })
})

it('answers the oldest of three long polls of a flow at once', async () => {
  const one = flow()
  await one.claim(await token())
  const poll = () =>
    test.app.inject({
      url: `/flows/${one.id}/relay?after=1&wait=20`,
      headers: { authorization: `Bearer ${one.key}` },
    })
  const begun = performance.now()
  const listening = getEventListeners(test.app.stopping, 'abort').length
  const first = poll()
  const waiting = [first, poll(), poll()]
  expect((await first).json()).toEqual({ events: [] })
  expect(performance.now() - begun).toBeLessThan(10_000)
  await test.app.inject({
    method: 'POST',
    url: `/flows/${one.id}/cancel`,
    headers: { authorization: `Bearer ${one.key}` },
  })
  const rest = await Promise.all(waiting.slice(1))
  // Nothing of them stays with what outlives them.
  expect(getEventListeners(test.app.stopping, 'abort')).toHaveLength(listening)
  expect(rest.map((reply) => reply.json<{ events: { type: string }[] }>().events[0]?.type)).toEqual([
    'cancelled',
    'cancelled',
  ])
})
