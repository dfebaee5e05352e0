import Freshdesk from 'freshdesk-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FakeFreshdesk, startFakeFreshdesk } from './fake-freshdesk.testing.ts'

/* A client that others wrote for Freshdesk, asking the one of our tests. */

let fake: FakeFreshdesk
beforeAll(async () => {
  fake = await startFakeFreshdesk()
  fake.agents.set('key-of-all', { isAdministrator: true, isPaid: true })
  fake.agents.set('key-of-few', { isAdministrator: false, isPaid: false })
})
afterAll(() => fake?.close())

type Name = 'currentAgent' | 'listAllTickets' | 'listAllAgents' | 'listAllTimeEntries'

function call(key: string, name: Name, ...parameters: object[]): Promise<unknown> {
  const client = new Freshdesk(fake.origin, key)
  const method = client[name] as (...given: unknown[]) => void
  return new Promise((resolve, reject) => {
    method.call(client, ...parameters, (error: Error | null, data: unknown) => {
      if (error) reject(error)
      else resolve(data)
    })
  })
}

it('knows who asks', async () => {
  expect(await call('key-of-few', 'currentAgent')).toMatchObject({ contact: { email: 'anna@acme.test' } })
  const refused = { status: 401, data: { code: 'invalid_credentials' } }
  await expect(call('key-of-none', 'currentAgent')).rejects.toMatchObject(refused)
})

it('gives its lists by pages', async () => {
  const pages = [1, 2, 3].map((page) => call('key-of-all', 'listAllTickets', { page, per_page: 2 }))
  expect((await Promise.all(pages)).flat()).toHaveLength(5)
  await expect(call('key-of-all', 'listAllTickets', { per_page: 101 })).rejects.toMatchObject({ status: 400 })
})

it('keeps lists to itself by role and by plan', async () => {
  const byRole = { status: 403, data: { code: 'access_denied' } }
  await expect(call('key-of-few', 'listAllAgents', {})).rejects.toMatchObject(byRole)
  const byPlan = { status: 403, data: { code: 'require_feature' } }
  await expect(call('key-of-few', 'listAllTimeEntries', {})).rejects.toMatchObject(byPlan)
  expect(await call('key-of-all', 'listAllTimeEntries', {})).toHaveLength(5)
})

it('says when it is too much, and how long to wait', async () => {
  fake.requestsLeft = 0
  await expect(call('key-of-all', 'currentAgent')).rejects.toMatchObject({ status: 429, retryAfter: 0 })
})
