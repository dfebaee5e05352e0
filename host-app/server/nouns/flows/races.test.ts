import { createdEphemeralToken } from '@bobbin/shared/session'
import { source, type Source } from '@bobbin/shared/source'
import { streamSummary } from '@bobbin/shared/catalog'
import type { LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'
import { findFlow } from './flow-row.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

const racers = 8

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp({
    BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:8422',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: 'id',
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: 'secret',
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterEach(() => test.close())

async function begin(options?: Record<string, unknown>): Promise<TestFlow> {
  const { ephemeral_token: token } = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(
    createdEphemeralToken,
  )
  const one = createTestFlow(test.app, test.services)
  await one.begin(token, options)
  return one
}

/** Sends them all before any is answered; returns the statuses, sorted. */
async function race(requests: readonly (() => Promise<LightMyRequestResponse>)[]) {
  const replies = await Promise.all(requests.map((request) => request()))
  return { replies, statuses: replies.map(({ statusCode }) => statusCode).toSorted() }
}

const times = <Value>(make: (number: number) => Value) =>
  Array.from({ length: racers }, (_, number) => make(number))
const losers = (status: number) => Array.from({ length: racers - 1 }, () => status)

const form = (tables = '3') => ({ display_name: 'Shop', properties: { tables, password: 'right' } })

async function listSources(): Promise<Source[]> {
  return (await account.call('GET', '/v4/sources')).as(z.array(source))
}

/** How the page was told that the flow ended: once, and as the flow's row and the account's feed say. */
async function theOutcome(one: TestFlow) {
  const told = (await one.relay()).filter(({ type }) => ['completed', 'cancelled', 'failed'].includes(type))
  expect(told).toHaveLength(1)
  const flow = await findFlow(test.services.database.read, one.id)
  expect(flow?.status).toBe(told[0]?.type)
  const feed = (await account.call('GET', '/v4/events')).body as { data: { type: string }[] }
  expect(feed.data.filter(({ type }) => type.startsWith('flow.'))).toMatchObject([
    { type: `flow.${flow?.status}` },
  ])
  return flow
}

async function atStreams(): Promise<TestFlow> {
  const one = await begin()
  await one.call('saveForm', form())
  await finishedCheck(account, (await listSources())[0]?.id ?? 0)
  await one.call('finishCheck')
  return one
}

describe('of requests that race, one is heard', () => {
  it('the same form: one source', async () => {
    const one = await begin()
    const { statuses } = await race(times(() => () => one.call('saveForm', form())))
    expect(statuses).toEqual([200, ...losers(409)])
    const [made, ...others] = await listSources()
    expect(others).toEqual([])
    expect((await findFlow(test.services.database.read, one.id))?.source_id).toBe(made?.id)
  })

  it('forms that differ: the source is as the one that was accepted says, and nothing of another is in it', async () => {
    const one = await begin()
    const { replies, statuses } = await race(
      times((number) => () => one.call('saveForm', form(String(number + 1)))),
    )
    expect(statuses).toEqual([200, ...losers(409)])
    const winner = replies.findIndex(({ statusCode }) => statusCode === 200)
    expect(await listSources()).toMatchObject([{ properties: { tables: String(winner + 1) } }])
  })

  it('checks: one is started', async () => {
    const one = await begin()
    await one.call('saveForm', form('5000'))
    const { replies } = await race(times(() => () => one.call('startCheck')))
    expect(new Set(replies.map((reply) => reply.json<{ name: string }>().name)).size).toBe(1)
  })

  it('the end of a check, and a new one: the flow is at one step', async () => {
    const one = await begin()
    await one.call('saveForm', form())
    await finishedCheck(account, (await listSources())[0]?.id ?? 0)
    const { statuses } = await race(times(() => () => one.call('finishCheck')))
    expect(statuses).toEqual([200, ...losers(409)])
    const steps = (await one.relay()).filter(({ type }) => type === 'step')
    expect(steps.map(({ data }) => (data as { step: string }).step)).toEqual([
      'discover_schema',
      'field_selection',
    ])
  })

  it('the same selection: one outcome', async () => {
    const one = await atStreams()
    const selection = { changes: [{ tap_stream_id: 'shop-t1', selected: true }], then: 'save' }
    const { statuses } = await race(times(() => () => one.call('saveSelection', selection)))
    expect(statuses).toEqual([200, ...losers(410)])
    expect(await theOutcome(one)).toMatchObject({ status: 'completed' })
  })

  it('selections that differ: the one that was accepted is kept, and no other', async () => {
    const one = await atStreams()
    const { replies } = await race(
      ['shop-t1', 'shop-t2', 'shop-t3'].map(
        (id) => () =>
          one.call('saveSelection', { changes: [{ tap_stream_id: id, selected: true }], then: 'save' }),
      ),
    )
    const winner = replies.findIndex(({ statusCode }) => statusCode === 200)
    const { id } = (await listSources())[0] ?? { id: 0 }
    const streams = (await account.call('GET', `/v4/sources/${id}/streams`)).as(z.array(streamSummary))
    expect(streams.map(({ selected }) => selected === true)).toEqual([0, 1, 2].map((one) => one === winner))
    await theOutcome(one)
  })

  it('ways to the provider: one leaves', async () => {
    const one = await begin({ function: 'addSource', type: 'platform.demo-crm' })
    const properties = { start_date: '2026-01-01', region: 'eu' }
    await one.call('saveForm', { display_name: 'CRM', properties })
    const { authorize_ticket: ticket } = (await one.call('getState')).json<{ authorize_ticket: string }>()
    const go = () => one.get(`/connect/${one.id}/authorize?ticket=${ticket}`)
    const { replies, statuses } = await race(times(() => go))
    expect(statuses).toEqual([302, ...losers(303)])
    expect(
      replies.filter(({ headers }) => headers.location?.startsWith('http://127.0.0.1:8422')),
    ).toHaveLength(1)
    const trips = await test.services.database.read.selectFrom('oauth_transaction').selectAll().execute()
    expect(trips).toHaveLength(1)
  })

  it('consents, hellos and cancels: one outcome, whatever came first', async () => {
    const one = await begin()
    await race(
      times((number) => () => {
        if (number % 4 === 0) return one.call('giveConsent')
        if (number % 4 === 1) return one.call('reportProof', { origin: 'https://evil.test' })
        if (number % 4 === 2) return one.call('cancelFlow')
        return cancelAsPage(one)
      }),
    )
    await theOutcome(one)
  })
})

/** The page's own cancel. */
function cancelAsPage(one: TestFlow): Promise<LightMyRequestResponse> {
  const headers = { authorization: `Bearer ${one.key}`, 'content-type': 'text/plain' }
  return test.app.inject({
    method: 'POST',
    url: `/flows/${one.id}/cancel`,
    headers,
    payload: '{"reason":"aborted"}',
  })
}

/** Both orders, and both ways to cancel. */
const orders = [
  ['the wizard, before', true, (one: TestFlow) => one.call('cancelFlow')],
  ['the wizard, after', false, (one: TestFlow) => one.call('cancelFlow')],
  ['the page, before', true, cancelAsPage],
  ['the page, after', false, cancelAsPage],
] as const

describe.each(orders)('against a cancel by %s', (_, isFirst, cancel) => {
  it('a form is refused and not kept, or saved before the end', async () => {
    const one = await begin()
    const save = () => one.call('saveForm', form())
    const stop = () => cancel(one)
    const replies = await Promise.all(isFirst ? [stop(), save()] : [save(), stop()])
    const saved = isFirst ? replies[1] : replies[0]
    const flow = await theOutcome(one)
    expect(flow?.status).toBe('cancelled')
    const sources = await listSources()
    expect(sources).toHaveLength(saved?.statusCode === 200 ? 1 : 0)
    expect(flow?.source_id).toBe(sources[0]?.id ?? null)
    if (saved?.statusCode !== 200) expect(saved?.json()).toMatchObject({ error: 'FlowExpired' })
  })

  it('a selection is refused and not kept, or is the outcome', async () => {
    const one = await atStreams()
    const selection = { changes: [{ tap_stream_id: 'shop-t1', selected: true }], then: 'save' }
    const save = () => one.call('saveSelection', selection)
    const stop = () => cancel(one)
    const replies = await Promise.all(isFirst ? [stop(), save()] : [save(), stop()])
    const saved = isFirst ? replies[1] : replies[0]
    const flow = await theOutcome(one)
    expect(flow?.status).toBe(saved?.statusCode === 200 ? 'completed' : 'cancelled')
    const { id } = (await listSources())[0] ?? { id: 0 }
    const streams = (await account.call('GET', `/v4/sources/${id}/streams`)).as(z.array(streamSummary))
    expect(streams.some(({ selected }) => selected)).toBe(saved?.statusCode === 200)
  })
})
