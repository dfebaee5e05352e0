import { afterEach, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/app.testing.ts'
import { createShop, finishedCheck } from '../testing/shop.testing.ts'
import { createTestFlow, page } from '../testing/flow.testing.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { watchKeyUsage } from '../nouns/credentials/watch-key-usage.ts'

let test: TestApp
afterEach(() => test.close())

const scrape = async (token?: string, remoteAddress = '127.0.0.1') =>
  test.app.inject({
    url: '/metrics',
    remoteAddress,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })

it('counts what happens, under labels that nobody from outside can make', async () => {
  test = await createTestApp()
  watchKeyUsage({ ...test.services, columns: sealedColumns })
  const account = await test.signUp()
  const shop = await createShop(account)
  expect(await finishedCheck(account, shop.id)).toMatchObject({ status: 'succeeded' })
  for (let number = 0; number < 20; number += 1) await test.app.inject(`/nowhere/${number}?secret=hush`)

  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  const { body } = await account.call('POST', '/v3/sessions/ephemeral')
  const flow = createTestFlow(test.app, test.services)
  const { ephemeral_token: token } = body as { ephemeral_token: string }
  expect((await flow.claim('bob_eph_unknown')).statusCode).toBe(401)
  expect((await flow.claim(token, undefined, { origin: 'https://other.test' })).statusCode).toBe(403)
  expect((await flow.claim(token)).statusCode).toBe(200)
  await test.app.inject({
    method: 'POST',
    url: `/flows/${flow.id}/cancel`,
    headers: { authorization: `Bearer ${flow.key}` },
  })

  const { statusCode, headers, body: text } = await scrape()
  expect([statusCode, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')])
  for (const line of [
    'bobbin_http_requests_total{route="/v4/sources",method="POST",status="200"} 1',
    'bobbin_http_requests_total{route="/*",method="GET",status="404"} 20',
    'bobbin_claims_total{result="invalid"} 1',
    'bobbin_claims_total{result="origin"} 1',
    'bobbin_claims_total{result="claimed"} 1',
    'bobbin_flows_ended_total{outcome="cancelled"} 1',
    'bobbin_check_duration_seconds_count{status="succeeded"} 1',
    'bobbin_sealed_rows_under_other_keys 0',
  ]) {
    expect(text).toContain(line)
  }
  expect(text).toMatch(/bobbin_database_writes_total [1-9]/)
  expect(text).toMatch(/bobbin_database_commit_seconds_count [1-9]/)
  expect(text).not.toMatch(/hush|nowhere|odd|bob_|customer\.test/)
  expect(text).not.toContain(flow.id)
})

it('is for this machine only while no token is set, also behind a proxy', async () => {
  test = await createTestApp({ BOBBIN_TRUSTED_PROXIES: '127.0.0.1' })
  expect((await scrape()).statusCode).toBe(200)
  expect((await scrape(undefined, '203.0.113.7')).statusCode).toBe(404)
  const forwarded = await test.app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(forwarded.statusCode).toBe(404)
})

it('is not there in production while no token is set', async () => {
  test = await createTestApp({
    NODE_ENV: 'production',
    BOBBIN_URL: 'https://connect.test',
    BOBBIN_TIMINGS: '',
  })
  expect((await scrape()).statusCode).toBe(404)
})

it('opens to its token alone', async () => {
  const token = 'a token for the metrics'.replaceAll(' ', '-')
  test = await createTestApp({ BOBBIN_METRICS_TOKEN: token })
  expect((await scrape()).statusCode).toBe(401)
  expect((await scrape(`${token}x`)).statusCode).toBe(401)
  expect((await scrape(token, '203.0.113.7')).statusCode).toBe(200)
})
