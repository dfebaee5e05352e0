import { randomBytes } from 'node:crypto'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { timings } from '@bobbin/shared/timings'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { findFlow } from '../../nouns/flows/flows.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

const doc = randomBytes(16).toString('base64url')
const form = { display_name: 'Shop', properties: { tables: '3', password: 'right' } }

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
  await one.begin(created.as(createdEphemeralToken).ephemeral_token)
  return one
}

const pass = (time: number) => vi.setSystemTime(Date.now() + time)
const type = (one: TestFlow) => one.call('reportPresence', { doc, state: 'active' })

it('a flow in which somebody types does not expire under their hands', async () => {
  const one = await begin()
  for (let told = 0; told < 3; told += 1) {
    pass(timings.flow - 1)
    expect((await type(one)).statusCode).toBe(200)
  }
  pass(timings.flow - 1)
  expect((await one.call('saveForm', form)).json()).toMatchObject({ step: 'discover_schema' })
})

it('a flow that has expired is not brought back by it', async () => {
  const one = await begin()
  pass(timings.flow)
  expect((await type(one)).json()).toMatchObject({ error: 'FlowExpired' })
  expect((await one.call('saveForm', form)).json()).toMatchObject({ error: 'FlowExpired' })
})

it('typing never makes it outlive its session', async () => {
  const one = await begin()
  const step = timings.flow / 2
  for (let passed = step; passed < timings.session; passed += step) {
    pass(step)
    expect((await type(one)).statusCode).toBe(200)
  }
  pass(step)
  expect((await type(one)).statusCode).toBe(404)
  const { database, flows } = test.services
  const flow = await findFlow(database.read, one.id)
  expect(flow && flows.lifetime.isOverdue(flow)).toBe(true)
})

it('of a window that is not claimed yet it is heard, and changes nothing; a stranger is not heard', async () => {
  const one = createTestFlow(test.app, test.services)
  await one.openPage()
  expect((await type(one)).statusCode).toBe(200)
  const claimed = await begin()
  const stranger = createTestFlow(test.app, test.services, claimed.id)
  expect((await type(stranger)).statusCode).toBe(404)
  const foreign = await claimed.call('reportPresence', { doc, state: 'active' }, { origin: page })
  expect(foreign.statusCode).toBe(403)
})
