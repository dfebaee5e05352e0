import { afterAll, beforeAll, expect, it } from 'vitest'
import { timings } from '@bobbin/shared/timings'
import type { WizardEvent } from '@bobbin/shared/wizard-api'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createPresence } from '../../nouns/presence/presence.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'
import { createUnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'
import { createFindFlowInfo } from '../../nouns/flows/flow-info.ts'
import { createFindFlowMethods } from '../../nouns/flows/flow-methods.ts'
import { createFlowPresets } from '../../nouns/flows/flow-presets.ts'
import { createFlowSteps } from '../../nouns/flows/flow-steps.ts'
import { createNewestDocument } from '../../nouns/flows/newest-document.ts'
import { createFlowTrips } from '../../nouns/flows/flow-trips.ts'
import { createWizardEvents } from './wizard-events.ts'

/** What a document of the wizard is told from its first moment on, to pass it on to a page that hears nothing else. */
let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp('anna@acme.test')
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

async function claimed(): Promise<TestFlow> {
  const flow = createTestFlow(test.app, test.services)
  const { body } = await account.call('POST', '/v3/sessions/ephemeral')
  await flow.claim((body as { ephemeral_token: string }).ephemeral_token)
  return flow
}

/** The first events of the page that this document hears, as many as asked for. */
async function hear(flow: TestFlow, doc: string, count: number, resumeAfter: number | null = null) {
  const leaving = new AbortController()
  const presence = createPresence(timings)
  const { services } = test
  const presets = createFlowPresets(services.keyRing)
  const findMethods = createFindFlowMethods(services)
  const parts = { ...services, presets }
  const steps = createFlowSteps({ ...parts, infoOf: createFindFlowInfo({ ...parts, findMethods }) })
  const follow = createWizardEvents({
    database: services.database,
    events: services.events,
    presence,
    unclaimed: createUnclaimedFlows(Date.now),
    newest: createNewestDocument({ ...services, steps, trips: createFlowTrips({ ...parts, steps }) }),
    claimTime: timings.claim,
  })
  const document = { doc, suspends: false }
  const stream = {
    flowId: flow.id,
    address: '192.0.2.1',
    document,
    cookieHash: 'hash',
    resumeAfter,
    signal: leaving.signal,
  }
  const heard: WizardEvent[] = []
  for await (const { data } of follow(stream)) {
    if (data.type === 'flow_event' || data.type === 'outcome') heard.push(data)
    if (heard.length === count) break
  }
  leaving.abort()
  presence.stop()
  return heard.map((event) => ('data' in event && 'seq' in event.data ? [event.data.seq, event.data] : []))
}

it('is all that the page was told, the first step too', async () => {
  const flow = await claimed()
  expect(await hear(flow, 'a'.repeat(22), 3)).toMatchObject([
    [1, { type: 'claimed' }],
    [2, { type: 'here' }],
    [3, { type: 'step', data: { step: 'form' } }],
  ])
  expect(await hear(flow, 'b'.repeat(22), 4)).toMatchObject([
    [1, { type: 'claimed' }],
    [2, { type: 'here' }],
    [3, { type: 'step' }],
    [4, { type: 'here' }],
  ])
})

it('is the outcome too, for a document that comes when all is over', async () => {
  const flow = await claimed()
  await test.app.inject({
    method: 'POST',
    url: `/flows/${flow.id}/cancel`,
    payload: { app_key: flow.key, reason: 'closed' },
  })
  expect(await hear(flow, 'a'.repeat(22), 2)).toMatchObject([
    [1, { type: 'claimed' }],
    [2, { type: 'cancelled' }],
  ])
})

it('goes on after the last word that was heard where the stream was only cut', async () => {
  const flow = await claimed()
  await hear(flow, 'a'.repeat(22), 3)
  await test.app.inject({ method: 'POST', url: `/flows/${flow.id}/cancel`, payload: { app_key: flow.key } })
  expect(await hear(flow, 'a'.repeat(22), 1, 3)).toMatchObject([[4, { type: 'cancelled' }]])
})
