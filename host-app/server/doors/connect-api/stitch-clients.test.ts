import { api } from '@bobbin/shared/api'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'

/* What clients that were written for Stitch rely on, and would break without. */

let test: TestApp
let account: TestAccount
let id: number
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  id = (await createShop(account)).id
  await finishedCheck(account, id)
})
afterAll(() => test.close())

describe('times', () => {
  /** `%Y-%m-%dT%H:%M:%SZ`, as `strptime` takes it and nothing else. */
  const strict = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
  const timesIn = (value: unknown): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]): [string, string][] =>
          typeof inner === 'string' && /_(at|time)$/.test(name) ? [[name, inner]] : timesIn(inner),
        )
      : []

  it('of what Stitch has are in whole seconds', async () => {
    const pushed = (
      await account.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Push' })
    ).as(source)
    await account.call('POST', `/v4/sources/${pushed.id}/tokens`)
    await account.call('PUT', `/v4/sources/${pushed.id}`, { paused_at: '2026-11-25T10:00:00.123Z' })
    const replies = [
      await account.call('GET', '/v4/sources'),
      await account.call('GET', `/v4/sources/${id}`),
      await account.call('GET', `/v4/sources/${id}/last-connection-check`),
      await account.call('GET', `/v4/sources/${pushed.id}/tokens`),
      await account.call('DELETE', `/v4/sources/${pushed.id}`),
    ]
    const found = replies.flatMap(({ body }) => timesIn(body))
    expect(new Set(found.map(([name]) => name))).toEqual(
      new Set(['created_at', 'updated_at', 'paused_at', 'deleted_at', 'start_time', 'completion_time']),
    )
    expect(found.filter(([, time]) => !strict.test(time))).toEqual([])
  })
})

it('a failure has its message in `data`, too, whoever answers', async () => {
  const replies = [
    await account.call('GET', '/v4/sources/999999'),
    await account.call('GET', '/v4/sources?lunch=1'),
    await account.call('POST', '/v4/sources', { type: 'platform.x', display_name: 'X' }),
    await account.call('PUT', `/v4/sources/${id}`, { lunch: 1 }),
    await account.call('PATCH', `/v4/sources/${id}`),
    await account.call('GET', '/v4/nowhere'),
    { ...account, body: (await test.app.inject('/v4/sources')).json<unknown>() },
  ]
  for (const { body } of replies) {
    const { message, data } = body as { message: string; data: { message: string } }
    expect(data.message).toBe(message)
    expect(message).toMatch(/\w/)
  }
})

it('the frequency stands in the properties, by default as the type has it, and can be sent back', async () => {
  const read = async () => (await account.call('GET', `/v4/sources/${id}`)).as(source)
  const { properties } = await read()
  expect(properties['frequency_in_minutes']).toBe('30')
  const put = await account.call('PUT', `/v4/sources/${id}`, { properties })
  expect([put.status, (await read()).properties]).toEqual([200, properties])
  await account.call('PUT', `/v4/sources/${id}`, { properties: { frequency_in_minutes: '1440' } })
  expect((await read()).properties['frequency_in_minutes']).toBe('1440')
  const pushed = await account.call('POST', '/v4/sources', {
    type: 'import_api',
    display_name: 'No schedule',
  })
  expect(pushed.as(source).properties).toEqual({})
})

it('null in what may be written of a stream takes it back', async () => {
  const streams = (await account.call('GET', `/v4/sources/${id}/streams`)).as(api.listStreams.reply)
  const list = Array.isArray(streams) ? streams : streams.data
  const nothing = {
    selected: null,
    'replication-method': null,
    'replication-key': null,
    'view-key-properties': null,
  }
  const entries = (metadata: object) => [{ breadcrumb: [], metadata }]
  for (const metadata of [nothing, { ...nothing, selected: true }]) {
    const reply = await account.call('PUT', `/v4/sources/${id}/streams/metadata`, {
      streams: list.map(({ tap_stream_id }) => ({ tap_stream_id, metadata: entries(metadata) })),
    })
    expect(reply.body).toEqual({ status: 200 })
  }
})
