import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'

/** What the window does while its page is still waiting for a token. */
let test: TestApp
let account: TestAccount
let url: string
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_TIMINGS: '{"heartbeat":50,"presenceGrace":40}' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  url = await test.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => test.close())

const flow = () => createTestFlow(test.app, test.services)

async function token(): Promise<string> {
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', {})
  return (body as { ephemeral_token: string }).ephemeral_token
}

/** A document of the wizard: its stream is open until the result is called. */
async function openDocument(one: ReturnType<typeof flow>, doc: string): Promise<() => void> {
  const leaving = new AbortController()
  const reply = await fetch(`${url}/connect/${one.id}/presence?doc=${doc.padEnd(22, '0')}`, {
    headers: { cookie: one.cookie() ?? '' },
    signal: leaving.signal,
  })
  expect(reply.status).toBe(200)
  return () => leaving.abort()
}

const typesOf = async (one: ReturnType<typeof flow>) => (await one.relay()).map(({ type }) => type)

it('tells the page at its claim that the window has come and gone', async () => {
  const one = flow()
  await one.openPage()
  const leave = await openDocument(one, 'a')
  leave()
  expect((await one.claim(await token())).statusCode).toBe(200)
  await expect.poll(() => typesOf(one)).toEqual(['claimed', 'gone'])
  expect((await one.relay()).at(-1)?.data).toEqual({ reason: 'closed', certainty: 'confirmed' })
})

it('tells it of a window that was closed before its stream came through', async () => {
  const one = flow()
  await one.openPage()
  const leaving = { doc: 'a'.padEnd(22, '0'), state: 'leaving' }
  expect((await one.call('reportPresence', leaving)).statusCode).toBe(200)
  expect((await one.claim(await token())).statusCode).toBe(200)
  await expect.poll(() => typesOf(one)).toEqual(['claimed', 'gone'])
})

it('believes no other browser that says so', async () => {
  const one = flow()
  await one.openPage()
  const stranger = createTestFlow(test.app, test.services, one.id)
  const leaving = { doc: 'a'.padEnd(22, '0'), state: 'leaving' }
  expect((await stranger.call('reportPresence', leaving)).statusCode).toBe(404)
  const leave = await openDocument(one, 'b')
  await one.call('reportPresence', leaving)
  expect((await one.claim(await token())).statusCode).toBe(200)
  await expect.poll(() => typesOf(one)).toContain('step')
  expect(await typesOf(one)).not.toContain('gone')
  leave()
})

it('says nothing of a window that is there', async () => {
  const one = flow()
  await one.openPage()
  const leave = await openDocument(one, 'a')
  expect((await one.claim(await token())).statusCode).toBe(200)
  await expect.poll(() => typesOf(one)).toContain('here')
  leave()
  await expect.poll(() => typesOf(one)).toEqual(['claimed', 'here', 'step', 'gone'])
})

it('ends the flow at its claim when its person had pressed Cancel before', async () => {
  const one = flow()
  await one.openPage()
  expect((await one.call('withdrawFlow')).json()).toEqual({})
  expect((await one.claim(await token())).statusCode).toBe(200)
  expect((await one.relay()).at(-1)).toMatchObject({
    type: 'cancelled',
    data: { reason: 'cancelled', error: null },
  })
})

it('cancels a flow that was claimed a moment sooner', async () => {
  const one = flow()
  await one.begin(await token())
  expect((await one.call('withdrawFlow')).statusCode).toBe(200)
  expect((await one.relay()).at(-1)).toMatchObject({ type: 'cancelled' })
})

it('lets nobody give up the flow of another browser', async () => {
  const one = flow()
  await one.openPage()
  const stranger = createTestFlow(test.app, test.services, one.id)
  expect((await stranger.call('withdrawFlow')).statusCode).toBe(404)
  expect((await one.call('withdrawFlow', {}, { origin: page })).statusCode).toBe(403)
  await stranger.openPage()
  const leave = await openDocument(one, 'a')
  expect((await stranger.call('withdrawFlow')).statusCode).toBe(200)
  await one.claim(await token())
  await expect.poll(() => typesOf(one)).toContain('here')
  expect(await typesOf(one)).not.toContain('cancelled')
  leave()
})
