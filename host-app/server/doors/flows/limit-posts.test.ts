import { createdEphemeralToken } from '@bobbin/shared/session'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { mostPosts } from './limit-posts.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  test = await createTestApp()
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterEach(async () => {
  vi.useRealTimers()
  await test.close()
})

async function begin(): Promise<TestFlow> {
  const created = await account.call('POST', '/v3/sessions/ephemeral', {})
  const one = createTestFlow(test.app, test.services)
  // The page's own hello is the first of its posts.
  await one.begin(created.as(createdEphemeralToken).ephemeral_token)
  return one
}

/** All but the one that reads. */
const posts = (Object.keys(wizardRoutes) as WizardRouteName[]).filter(
  (name) => wizardRoutes[name].method === 'POST' && name !== 'findStreams',
)
/** What changes nothing, and is one of them all the same. */
const harmless = (one: TestFlow) => one.call('keepAccount')

async function useUp(one: TestFlow, all = mostPosts - 1): Promise<void> {
  const statuses = new Set<number>()
  for (let sent = 0; sent < all; sent += 1) statuses.add((await harmless(one)).statusCode)
  expect(statuses).toEqual(new Set([409]))
}

it('of a flow, one post more than its minute has is refused at every route, and says how long to wait', async () => {
  const one = await begin()
  await useUp(one)
  for (const name of posts) {
    const reply = await one.call(name)
    expect([name, reply.statusCode, reply.headers['retry-after']]).toEqual([name, 429, '60'])
    expect(reply.json()).toMatchObject({
      error: 'RateLimited',
      message: expect.stringContaining('Nothing you entered is lost'),
      data: { retry_after: 60 },
    })
  }
  // It goes on reading, and another flow goes on in all.
  expect((await one.call('getState')).statusCode).toBe(200)
  expect((await one.call('findStreams')).statusCode).toBe(409)
  expect((await harmless(await begin())).statusCode).toBe(409)
})

it('a minute later the window goes on', async () => {
  const one = await begin()
  await useUp(one)
  expect((await harmless(one)).statusCode).toBe(429)
  vi.setSystemTime(Date.now() + 60_000)
  expect((await harmless(one)).statusCode).toBe(409)
})

it('who has no more than the flow’s id uses up nothing of what its window has', async () => {
  const one = await begin()
  const url = `/connect/${one.id}/account/keep`
  const own = { origin: test.services.config.url }
  // Another browser was at the address before the flow was bound to this one: its cookie is genuine.
  const stranger = createTestFlow(test.app, test.services)
  await stranger.openPage()
  const foreign = [
    own,
    { ...own, cookie: stranger.cookie() ?? '' },
    { ...own, cookie: (one.cookie() ?? '').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) },
    { origin: 'https://evil.test', cookie: one.cookie() ?? '' },
  ]
  for (const headers of foreign) {
    for (let sent = 0; sent <= mostPosts; sent += 1) {
      const { statusCode } = await test.app.inject({ method: 'POST', url, headers, payload: {} })
      if (statusCode !== 403 && statusCode !== 404) expect([headers, statusCode]).toBeNull()
    }
  }
  await useUp(one)
  expect((await harmless(one)).statusCode).toBe(429)
})

it('a second browser that held the flow’s page before it was bound has its own minute', async () => {
  const id = 'x'.repeat(22)
  const created = await account.call('POST', '/v3/sessions/ephemeral', {})
  const [first, second] = [id, id].map((name) => createTestFlow(test.app, test.services, name))
  if (!first || !second) throw new Error('Two flows.')
  await second.openPage()
  await first.begin(created.as(createdEphemeralToken).ephemeral_token)
  for (let sent = 0; sent < mostPosts; sent += 1) {
    expect((await harmless(second)).json()).toMatchObject({ data: { reason: 'elsewhere' } })
  }
  expect((await harmless(second)).statusCode).toBe(429)
  await useUp(first)
  expect((await harmless(first)).statusCode).toBe(429)
})
