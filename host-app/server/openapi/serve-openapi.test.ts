import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../connect-api/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_URL: 'https://connect.test' })
})
afterAll(() => test.close())

it('is served to anyone, and only confirmed to those who have it', async () => {
  const reply = await test.app.inject('/openapi.json')
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  })
  expect(reply.json()).toMatchObject({ openapi: '3.1.1', servers: [{ url: 'https://connect.test' }] })
  const headers = { 'if-none-match': String(reply.headers['etag']) }
  const again = await test.app.inject({ url: '/openapi.json', headers })
  expect([again.statusCode, again.body]).toEqual([304, ''])
})

it('is there as a page, which may load its own style and nothing else', async () => {
  const page = await test.app.inject('/docs')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'")
  expect(page.headers['content-security-policy']).not.toContain('unsafe')
  expect(page.body).not.toMatch(/<script|style="|src="/)
  expect(page.body).toContain('string, not empty, at most 200 characters')
  const anchors = new Set([...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const [, id] of page.body.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(id)
  expect((await test.app.inject('/docs/reference.css')).headers['content-type']).toBe(
    'text/css; charset=utf-8',
  )
})
