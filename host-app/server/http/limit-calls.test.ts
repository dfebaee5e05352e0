import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_RATE_LIMIT_TOKEN: '3', BOBBIN_RATE_LIMIT_ACCOUNT: '5' })
})
afterAll(() => test.close())

const call = (token: string) =>
  test.app.inject({ url: '/v4/account', headers: { authorization: `Bearer ${token}` } })

it('a token has its calls, each reply says how many are left, and one more is refused with a wait', async () => {
  const { token } = await test.signUp()
  for (const left of ['2', '1', '0']) {
    const { statusCode, headers } = await call(token)
    expect([statusCode, headers['ratelimit-limit'], headers['ratelimit-remaining']]).toEqual([200, '3', left])
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0)
  }
  const refused = await call(token)
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({ error: 'RateLimited', data: { retry_after: expect.any(Number) } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
})

it('what one account uses up is not taken from another', async () => {
  const { token } = await test.signUp('other@acme.test')
  expect((await call(token)).statusCode).toBe(200)
})

it('without a token nothing is counted and nothing told', async () => {
  const reply = await test.app.inject({ url: '/v4/account' })
  expect(reply.statusCode).toBe(401)
  expect(reply.headers['ratelimit-limit']).toBeUndefined()
})
