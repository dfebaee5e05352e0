import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, partner, type TestApp } from '../testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ANONYMOUS_CATALOG: 'true' })
})
afterAll(() => test.close())

const organisation = `Bearer ${partner.partner_id}:${partner.partner_secret}`

it('a long list is compressed for whoever takes gzip, and for nobody else', async () => {
  const ask = (headers: Record<string, string>) =>
    test.app.inject({
      url: '/connector?expand=schemas',
      headers: { authorization: organisation, ...headers },
    })
  const plain = await ask({})
  const small = await ask({ 'accept-encoding': 'br, gzip' })
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(plain.json().items.length).toBeGreaterThan(0)
  expect(small.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(small.rawPayload).toString()).toBe(plain.body)
  expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
  for (const { headers } of [plain, small]) {
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(headers.vary).toBe('Accept-Encoding')
  }
})

it('where a reply varies by its page too, caches are told both', async () => {
  const reply = await test.app.inject({
    url: '/api/platform_user/platform/connectors',
    headers: { origin: 'https://app.acme.test' },
  })
  expect(reply.headers).toMatchObject({
    vary: 'Origin, Accept-Encoding',
    'access-control-allow-origin': 'https://app.acme.test',
  })
  expect(reply.json().connectors.length).toBeGreaterThan(0)
})
