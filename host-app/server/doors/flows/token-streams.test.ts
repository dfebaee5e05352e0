import { setTimeout as delay } from 'node:timers/promises'
import { flowState } from '@bobbin/shared/flow'
import type { TokenStreams } from '@bobbin/shared/session'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

const post = (streams: object) => account.call('POST', '/v3/sessions/ephemeral', { streams })

async function begin(streams: TokenStreams, options?: Record<string, unknown>) {
  const one = createTestFlow(test.app, test.services)
  const { body } = await post(streams)
  await one.begin((body as { ephemeral_token: string }).ephemeral_token, options)
  return one
}

const stateOf = async (one: TestFlow) => flowState.parse((await one.call('getState')).json())

/** The form filled in, the check done: what comes then. */
async function checked(one: TestFlow) {
  await one.call('saveForm', { display_name: 'Shop', properties: { tables: '3', password: 'right' } })
  while ((await stateOf(one)).check?.status !== 'succeeded') await delay(10)
  return flowState.parse((await one.call('finishCheck')).json())
}

describe('POST /v3/sessions/ephemeral', () => {
  it.each<[string, object, string]>([
    ['what it does not know', { wanted: ['a'] }, 'streams'],
    ['an empty list', { required: [] }, 'streams.required'],
    [
      'a list without end',
      { hidden: Array.from({ length: 501 }, (_, index) => `t${index}`) },
      'streams.hidden',
    ],
    ['a name without end', { allowed: ['x'.repeat(1_025)] }, 'streams.allowed.0'],
    [
      'very much in all',
      { allowed: Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(1_000)) },
      'streams',
    ],
    ['what is required and hidden', { required: ['a'], hidden: ['b', 'a'] }, 'streams.hidden'],
  ])('refuses %s', async (_, streams, path) => {
    const { status, body } = await post(streams)
    expect([status, body]).toMatchObject([
      400,
      { error: 'InvalidBody', data: { paths: { [path]: expect.any(String) } } },
    ])
  })
})

describe('the streams of a token', () => {
  it('rule over what the page and the wizard send', async () => {
    const one = await begin(
      { required: ['t1', 'gone'], hidden: ['shop-t3'] },
      { function: 'addSource', type: 'platform.test-shop', default_streams: { t3: true } },
    )
    expect((await checked(one)).step).toBe('field_selection')
    const streams = (await one.call('listStreams')).json<StreamColumns>()
    expect(streams).toMatchObject({
      stream_name: ['t1', 't2'],
      required: [true, false],
      required_count: 1,
      tally: { all: { count: 2, selected: 1 } },
    })
    for (const change of [
      { tap_stream_id: 'shop-t1', selected: false },
      { tap_stream_id: 'shop-t3', selected: true },
    ]) {
      const refused = await one.call('saveSelection', { changes: [change], then: 'save' })
      expect([refused.statusCode, refused.json()]).toMatchObject([
        422,
        { error: 'InvalidProperties', data: { fields: { [change.tap_stream_id]: expect.any(String) } } },
      ])
    }
    const skipped = await one.call('saveSelection', { changes: [], then: 'skip' })
    expect(skipped.json()).toMatchObject({ data: { reason: 'stream_required' } })
    await one.call('saveSelection', { changes: [], matching: [{ q: '', selected: true }], then: 'save' })
    expect((await one.relay()).at(-1)).toMatchObject({
      type: 'completed',
      data: { selected_streams: ['shop-t1', 'shop-t2'], ignored_default_streams: ['t3'] },
    })
    const { data } = (await account.call('GET', '/v4/events?types=flow.completed')).body as { data: object[] }
    expect(data.at(-1)).toMatchObject({ data: { ignored_token_streams: ['gone'] } })
  })

  it('leave the step out where they leave nothing to choose', async () => {
    const one = await begin({ required: ['t1', 't2'], allowed: ['t2'] })
    expect((await stateOf(one)).steps).toEqual(['form', 'discover_schema'])
    expect(await checked(one)).toMatchObject({ step: 'done', status: 'completed' })
    const events = await one.relay()
    expect(events.map(({ type, data }) => ('step' in data ? data.step : type))).not.toContain(
      'field_selection',
    )
    expect(events.at(-1)?.data).toMatchObject({
      step: 'fully_configured',
      selected_streams: ['shop-t1', 'shop-t2'],
    })
  })

  it('are shown to who came to select, and bind nobody who calls the API', async () => {
    const first = await begin({ required: ['t1'], allowed: ['t1'] })
    const { source } = await checked(first)
    const path = `/v4/sources/${source?.id}/streams/metadata`
    const put = (name: string, selected: boolean) =>
      account.call('PUT', path, {
        streams: [{ tap_stream_id: name, metadata: [{ breadcrumb: [], metadata: { selected } }] }],
      })
    expect((await put('shop-t1', false)).status).toBe(200)
    expect((await put('shop-t3', true)).status).toBe(200)

    const one = await begin(
      { required: ['t1'], allowed: ['t1'] },
      { function: 'selectStreamsForSource', id: source?.id },
    )
    expect(await stateOf(one)).toMatchObject({
      step: 'field_selection',
      steps: expect.arrayContaining(['field_selection']),
    })
    await one.call('saveSelection', { changes: [], as_shown: true, then: 'save' })
    expect((await one.relay()).at(-1)).toMatchObject({
      type: 'completed',
      data: { selected_streams: ['shop-t1'] },
    })
  })
})
