import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterAll(() => test.close())

it.each([
  ['POST', '/v4/sources/7/sync', 'replication', 'your pipeline'],
  ['DELETE', '/v4/sources/7/sync', 'replication', 'your pipeline'],
  ['GET', '/v4/1/extractions', 'replication', 'your pipeline'],
  ['GET', '/v4/1/extractions?page=2', 'replication', 'your pipeline'],
  ['GET', '/v4/1/extractions/1.7.sync.0b7c9a', 'replication', 'your pipeline'],
  ['GET', '/v4/1/loads', 'replication', 'your pipeline'],
  ['GET', '/v4/destinations', 'destinations', 'your pipeline'],
  ['POST', '/v4/destinations', 'destinations', 'your pipeline'],
  ['DELETE', '/v4/destinations/3', 'destinations', 'your pipeline'],
  ['GET', '/v4/destinations/3/last-connection-check', 'destinations', 'your pipeline'],
  ['GET', '/v4/destination-types/postgres', 'destinations', 'your pipeline'],
  ['PUT', '/v3/destinations/3', 'destinations', 'your pipeline'],
  ['GET', '/notifications/public/v1/api/hooks', 'notifications', '/v4/webhooks'],
  ['DELETE', '/notifications/public/v1/api/custom-emails/3', 'notifications', '/v4/webhooks'],
  ['POST', '/v2/import/batch', 'import', 'import token'],
] as const)('%s %s is %s: whose job it is is said', async (method, url, reason, words) => {
  const reply = await account.call(
    method,
    url,
    method === 'GET' || method === 'DELETE' ? undefined : { any: 1 },
  )
  expect(reply.status).toBe(501)
  expect(reply.as(errorEnvelope)).toEqual({
    error: 'NotOffered',
    message: expect.stringContaining(words),
    data: { reason, message: (reply.body as { message: string }).message },
    request_id: expect.any(String),
  })
})

it('a stranger is a stranger there, too', async () => {
  for (const url of ['/v4/1/loads', '/v4/destinations', '/notifications/public/v1/api/hooks']) {
    expect((await test.app.inject(url)).statusCode).toBe(401)
  }
})
