import { gunzipSync } from 'node:zlib'
import { paged } from '@bobbin/shared/api/paging'
import { catalog, streamSummary } from '@bobbin/shared/catalog'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
let path: string
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
  const { id } = await createShop(account, { tables: '2500' })
  await finishedCheck(account, id)
  path = `/v4/sources/${id}`
})
afterEach(() => test.close())

const read = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ url, headers: { authorization: `Bearer ${account.token}`, ...headers } })

it('answer 304 while nothing has changed, and anew when a selection has', async () => {
  const { data } = (await account.call('GET', `${path}/streams?limit=1`)).as(paged(streamSummary))
  const urls = [
    `${path}/catalog`,
    `${path}/streams`,
    `${path}/streams?limit=2`,
    `${path}/streams/${data[0]?.stream_id}`,
  ]
  for (const url of urls) {
    const etag = String((await read(url)).headers['etag'])
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await read(url, { 'if-none-match': known })
      expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', etag])
    }
    expect((await read(url, { 'if-none-match': '"other"' })).statusCode).toBe(200)
  }
  const before = String((await read(`${path}/catalog`)).headers['etag'])
  await account.call('PUT', `${path}/streams/metadata`, {
    streams: [{ tap_stream_id: 'shop-t2', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
  })
  const after = await read(`${path}/catalog`, { 'if-none-match': before })
  expect(after.statusCode).toBe(200)
  expect(after.headers['etag']).not.toBe(before)
})

it('are whole, in the order of discovery, plain and compressed', async () => {
  const plain = await read(`${path}/catalog`)
  const { streams } = catalog.parse(plain.json())
  expect(streams.map((stream) => stream.tap_stream_id)).toEqual(
    Array.from({ length: 2500 }, (_, index) => `shop-t${index + 1}`),
  )
  const small = await read(`${path}/catalog`, { 'accept-encoding': 'gzip' })
  expect(small.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(small.rawPayload).toString()).toBe(plain.body)
  expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5)
  const list = await read(`${path}/streams`, { 'accept-encoding': 'gzip' })
  expect(JSON.parse(gunzipSync(list.rawPayload).toString())).toHaveLength(2500)
})

it('tell a body that is too large for one call how to become several', async () => {
  const large = JSON.stringify({ streams: [], padding: 'x'.repeat(16 * 1024 * 1024) })
  const refused = await test.app.inject({
    method: 'PUT',
    url: `${path}/streams/metadata`,
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    payload: large,
  })
  expect([refused.statusCode, refused.json()]).toMatchObject([
    413,
    { error: 'InvalidBody', data: { reason: 'too_large', limit: 16 * 1024 * 1024 } },
  ])
  expect(refused.json<{ message: string }>().message).toMatch(
    /16777216 bytes .* several calls, 1,000 in each.*If-Match/,
  )
})
