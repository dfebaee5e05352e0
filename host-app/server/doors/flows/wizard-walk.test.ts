import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { flowState, type FlowState } from '@bobbin/shared/flow'
import { refusalData, type StreamColumns } from '@bobbin/shared/wizard-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dataUrl, testPng } from '../../testing/pictures.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

const flow = () => createTestFlow(test.app, test.services)

async function token(): Promise<string> {
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', {})
  return (body as { ephemeral_token: string }).ephemeral_token
}

const form = (tables = '3', password = 'right') => ({
  display_name: 'Shop',
  properties: { tables, password },
})

/** The state once the shown check is over. */
async function settled(one: TestFlow) {
  for (;;) {
    const state = flowState.parse((await one.call('getState')).json())
    if (state.check && state.check.status !== 'running') return state
    await delay(10)
  }
}

it('walks from the form to the outcome', async () => {
  const one = flow()
  await one.begin(await token(), {
    function: 'addSource',
    type: 'platform.test-shop',
    default_streams: { t2: true, 'shop-t9': true, t1: false },
  })
  const saved = await one.call('saveForm', form())
  expect(saved.json()).toMatchObject({
    step: 'discover_schema',
    consent: 'proven',
    source: { kept_secrets: ['password'] },
  })
  expect(saved.body).not.toContain('right')
  expect((await settled(one)).check).toMatchObject({ status: 'succeeded', stream_count: 3 })
  expect((await one.call('finishCheck')).json()).toMatchObject({ step: 'field_selection' })
  const streams = (await one.call('listStreams')).json() as Record<string, unknown[]>
  expect(streams).toMatchObject({
    tap_stream_id: ['shop-t1', 'shop-t2', 'shop-t3'],
    preselected: [false, true, false],
  })
  const empty = await one.call('saveSelection', { changes: [], then: 'save' })
  expect(empty.statusCode).toBe(422)
  const done = await one.call('saveSelection', {
    changes: [{ tap_stream_id: 'shop-t2', selected: true }],
    then: 'save',
  })
  expect(done.json()).toMatchObject({ step: 'done', status: 'completed' })
  const events = await one.relay()
  expect(events.map(({ type }) => type)).toEqual(['claimed', 'step', 'step', 'completed'])
  expect(events.at(-1)?.data).toMatchObject({
    type: 'platform.test-shop',
    display_name: 'Shop',
    step: 'fully_configured',
    check: { status: 'succeeded' },
    selected_streams: ['shop-t2'],
    selected_streams_count: 1,
    ignored_default_streams: ['shop-t9'],
  })
  const feed = (await account.call('GET', '/v4/events')).body as { data: { type: string }[] }
  // What became of the source comes before what became of the flow.
  expect(feed.data.map(({ type }) => type).slice(-2)).toEqual(['source.configured', 'flow.completed'])
})

it('keeps what was saved when the check fails, and goes on after the settings are edited', async () => {
  const one = flow()
  await one.begin(await token())
  await one.call('saveForm', form('3', 'wrong'))
  expect((await settled(one)).check?.failure).toMatchObject({
    code: 'CredentialsRejected',
    field: 'password',
  })
  expect((await one.call('finishCheck')).statusCode).toBe(409)
  const reopened = await one.call('goToStep', { step: 'form' })
  expect(reopened.json()).toMatchObject({ step: 'form', source: { properties: { tables: '3' } } })
  const saved = await one.call('saveForm', form())
  expect(saved.json()).toMatchObject({ step: 'discover_schema' })
  expect((await settled(one)).check?.status).toBe('succeeded')
})

it('saves nothing of a form with mistakes, and names the fields', async () => {
  const one = flow()
  await one.begin(await token())
  const reply = await one.call('saveForm', { display_name: 'Shop', properties: { tables: '3' } })
  expect(reply.statusCode).toBe(422)
  const { error, message, data } = reply.json<{ error: string; message: string; data: object }>()
  expect([
    error,
    refusalData
      .extend({ message: z.literal(message) })
      .strict()
      .parse(data),
  ]).toEqual(['InvalidProperties', { faults: { password: { rule: 'missing', parameters: {} } }, message }])
  expect((await one.call('getState')).json()).toMatchObject({ source: null, step: 'form' })
})

it('sends what there is to choose from compressed, and searches it for our own pages alone', async () => {
  const one = flow()
  await one.begin(await token())
  await one.call('saveForm', form('2500'))
  await settled(one)
  await one.call('finishCheck')
  const first = (await one.call('listStreams')).json<StreamColumns>()
  expect([first.tally?.all.count, first.stream_name.length]).toEqual([2_500, 100])
  const search = {
    q: 't24',
    only_selected: false,
    matching: [{ q: 't2', selected: true }],
    ticked: [],
    unticked: [],
    offset: 100,
    with_tally: true,
  }
  const found = (await one.call('findStreams', search)).json<StreamColumns>()
  expect([found.tally?.found, found.stream_name]).toEqual([
    { count: 111, selectable: 111, selected: 111 },
    Array.from({ length: 11 }, (_, index) => `t${2_489 + index}`),
  ])
  const headers = { 'accept-encoding': 'gzip' }
  const small = await one.get(`/connect/${one.id}/streams`, headers)
  expect(small.headers['content-encoding']).toBe('gzip')
  expect(JSON.parse(gunzipSync(small.rawPayload).toString())).toEqual(first)
  expect(small.rawPayload.length).toBeLessThan(2_500)
})

it('skips the selection and says so', async () => {
  const one = flow()
  await one.begin(await token())
  await one.call('saveForm', form())
  await settled(one)
  await one.call('finishCheck')
  await one.call('saveSelection', { changes: [], then: 'skip' })
  expect((await one.relay()).at(-1)).toMatchObject({
    type: 'completed',
    data: { step: 'field_selection', selected_streams_count: 0 },
  })
})

it('says who asks: the partner, or else the app as the account names and shows it', async () => {
  const one = flow()
  await one.begin(await token())
  const app = async () => (await one.call('getState')).json<FlowState>().app
  expect(await app()).toEqual({ name: 'partner', logo: null, support: null })
  await account.call('PUT', '/v4/account', {
    app_name: 'Acme Analytics',
    app_logo: dataUrl(testPng()),
    app_support: 'mailto:help@acme.example',
  })
  const { name, logo, support } = await app()
  expect([name, support]).toEqual(['Acme Analytics', 'mailto:help@acme.example'])
  const served = await test.app.inject({ url: logo ?? '' })
  expect([served.statusCode, served.headers['content-type']]).toEqual([200, 'image/png'])
  await account.call('PUT', '/v4/account', { app_name: null, app_logo: null, app_support: null })
  expect(await app()).toEqual({ name: 'partner', logo: null, support: null })
})

describe('until the page was met or the person agreed', () => {
  it('nothing is submitted, shown or authorized', async () => {
    const one = flow()
    await one.openPage()
    await one.claim(await token())
    expect((await one.call('getState')).json()).toMatchObject({
      consent: 'needed',
      company: 'Acme',
      origin: page,
    })
    for (const [name, body] of [
      ['saveForm', form()],
      ['startCheck', {}],
      ['finishCheck', {}],
      ['saveSelection', { changes: [], then: 'skip' }],
      ['listStreams', undefined],
    ] as const) {
      const reply = await one.call(name, body)
      expect([name, reply.statusCode]).toEqual([name, 403])
      expect(reply.json()).toMatchObject({ error: 'AccessDenied', data: { reason: 'consent' } })
    }
    const authorize = await one.get(`/connect/${one.id}/authorize?ticket=guess`)
    expect([authorize.statusCode, authorize.headers.location]).toEqual([303, `/connect/${one.id}`])
    await one.call('giveConsent')
    expect((await one.call('saveForm', form())).statusCode).toBe(200)
  })

  it('a hello from an unlisted origin ends the flow', async () => {
    const one = flow()
    await one.openPage()
    await one.claim(await token())
    await one.call('reportProof', { origin: 'https://evil.test' })
    expect((await one.relay()).at(-1)).toMatchObject({
      type: 'failed',
      data: { code: 'OriginNotAllowed', data: { origin: 'https://evil.test' } },
    })
    expect((await one.call('saveForm', form())).statusCode).toBe(410)
  })
})

describe('a flow belongs to the browser that reached it first', () => {
  it('and any other is told that it is open elsewhere', async () => {
    const one = flow()
    await one.begin(await token())
    const other = createTestFlow(test.app, test.services, one.id)
    const opened = await other.openPage()
    expect(opened.statusCode).toBe(409)
    expect(other.cookie()).toBeUndefined()
    expect((await other.call('getState')).statusCode).toBe(404)
  })

  it('also when that other got its cookie before the claim', async () => {
    const one = flow()
    await one.openPage()
    const other = createTestFlow(test.app, test.services, one.id)
    await other.openPage()
    await one.claim(await token())
    expect((await one.call('getState')).statusCode).toBe(200)
    const late = await other.call('getState')
    expect([late.statusCode, late.json()]).toMatchObject([409, { data: { reason: 'elsewhere' } }])
    expect((await other.openPage()).statusCode).toBe(409)
  })

  it('and its cookie counts nowhere else', async () => {
    const [one, two] = [flow(), flow()]
    await one.begin(await token())
    await two.begin(await token())
    const reply = await test.app.inject({
      url: `/connect/${two.id}/state`,
      headers: { cookie: one.cookie()! },
    })
    expect(reply.statusCode).toBe(404)
  })
})

describe('a call that changes something', () => {
  it.each<[string, Record<string, string>, number]>([
    ['from our own page', { origin: 'http://localhost:8420' }, 200],
    ['that the browser calls same-origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['from another site', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling site', { 'sec-fetch-site': 'same-site' }, 403],
    ['from a sandbox', { origin: 'null' }, 403],
    ['from nowhere', {}, 403],
  ])('%s', async (_, headers, status) => {
    const one = flow()
    await one.begin(await token())
    const sent =
      headers['origin'] === 'http://localhost:8420' ? { origin: test.services.config.url } : headers
    expect((await one.call('giveConsent', {}, sent)).statusCode).toBe(status)
  })
})

it('shows the form of the type in the URL before anything is claimed', async () => {
  const reply = await flow().openPage('?function=addSource&type=platform.test-shop')
  expect(reply.statusCode).toBe(200)
  expect(reply.body).toContain('Test shop')
  expect(reply.headers['content-security-policy']).toMatch(/script-src 'self'; style-src 'self' 'sha256-/)
})

it('stores nothing for a window that nobody claims, and bounds how many there are', async () => {
  const count = async () =>
    (await test.services.database.read.selectFrom('flow').select('id').execute()).length
  const before = await count()
  const statuses = []
  for (let index = 0; index < 25; index += 1) statuses.push((await flow().openPage()).statusCode)
  expect(await count()).toBe(before)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5)
})
