import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/app.testing.ts'

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

describe('the page', () => {
  const policyOf = async (url: string) =>
    String((await test.app.inject(url)).headers['content-security-policy'])

  it('may load from its own origin only, and is the one that makes its styles itself', async () => {
    const page = await test.app.inject('/docs')
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
    })
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; " +
        "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(page.body).not.toMatch(/<script>|<style|style="|https?:/)
    expect(page.body).toMatch(/<noscript>[^]*href="\/openapi\.json"[^]*<\/noscript>/)
    for (const url of [
      '/',
      '/nowhere',
      '/openapi.json',
      '/docs/',
      '/docs/assets/',
      '/healthz',
      '/connect/x',
    ]) {
      expect([url, await policyOf(url)]).not.toEqual([url, expect.stringContaining('unsafe')])
    }
  })

  it('loads parts that are kept for ever, and their licences lie beside them', async () => {
    const { body } = await test.app.inject('/docs')
    const parts = [...body.matchAll(/(?:src|href)="(\/docs\/assets\/[^"]+)"/g)].map(([, path]) =>
      String(path),
    )
    expect(parts.map((path) => path.replace(/-[\w-]{8}\./, '.'))).toEqual([
      '/docs/assets/reference.css',
      '/docs/assets/redoc.js',
      '/docs/assets/reference.js',
    ])
    for (const path of parts) {
      const { statusCode, headers } = await test.app.inject(path)
      expect([statusCode, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
      expect(headers['content-type']).toMatch(/^(?:text\/css|application\/javascript); charset=utf-8$/)
    }
    const licences = await test.app.inject('/docs/assets/redoc.standalone.js.LICENSE.txt')
    expect(licences.body).toMatch(/Copyright .* Rebilly[^]*React/)
    expect(licences.headers['cache-control']).toBe('public, max-age=300')
  })
})
