import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../ground/app-error.ts'
import { currentRequestId } from '../ground/request-context.ts'
import { createHttpServer } from './http-server.ts'

const longPath = `/thing/${'x'.repeat(600)}`

let app: FastifyInstance
beforeEach(() => {
  app = createHttpServer(
    { url: 'https://connect.example.com', trustedProxies: null },
    pino({ level: 'silent' }),
  )
  app.get('/ok', async () => ({ ok: true }))
  app.get('/away', (_request, reply) => reply.redirect('https://provider.example.com/', 302))
  app.get('/bug', async () => {
    throw new TypeError('the inside of the server: /home/x')
  })
  app.get('/taken', async () => {
    throw new AppError('InvalidName', { data: { reason: 'taken' } })
  })
  app.get('/thing/:id', async () => ({}))
  app.post('/echo', async (request) => ({ body: request.body ?? null }))
  app.post('/context', async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return { id: currentRequestId() }
  })
  app.post('/text', { config: { acceptsText: true } }, async (request) => ({ body: request.body ?? null }))
})
afterEach(() => app.close())

/** Speaks to the listening server byte for byte, as no HTTP client would. */
async function speak(text: string): Promise<string> {
  const [address] = app.addresses()
  if (typeof address !== 'object') throw new Error('not listening')
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

it('a request is served in its own context, though its body comes in pieces', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const [address] = app.addresses()
  const post = async () => {
    const inPieces = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Readable.from(['{"a":', '1}']) as unknown as BodyInit,
      duplex: 'half',
    }
    const reply = await fetch(`http://127.0.0.1:${(address as { port: number }).port}/context`, inPieces)
    expect(await reply.json()).toEqual({ id: reply.headers.get('x-request-id') })
  }
  await Promise.all([post(), post(), post()])
  expect(currentRequestId()).toBeNull()
})

describe('every reply', () => {
  it.each([
    ['GET', '/ok', 200],
    ['GET', '/away', 302],
    ['GET', '/bug', 500],
    ['GET', '/taken', 409],
    ['GET', '/nowhere', 404],
    ['DELETE', '/ok', 404],
    ['HEAD', '/ok', 404],
    ['GET', '/%zz', 400],
    ['GET', longPath, 414],
    ['OPTIONS', '/flows/abc/relay', 204],
  ] as const)('%s %.20s carries the headers', async (method, url, status) => {
    const reply = await app.inject({ method, url })
    expect(reply.statusCode).toBe(status)
    expect(reply.headers).toMatchObject({
      'cross-origin-opener-policy': 'unsafe-none',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=31536000',
      'x-request-id': expect.stringMatching(/^[\w-]{22}$/),
    })
    if (status >= 400 && method !== 'HEAD') {
      expect(errorEnvelope.parse(reply.json()).request_id).toBe(reply.headers['x-request-id'])
    }
  })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /ok HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'an unknown expectation',
      'GET /ok HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      200,
    ],
    ['an unknown method', 'BREW /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['an odd method', 'PURGE /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  ])('to %s carries them too', async (_, text, status) => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await speak(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.toLowerCase()).toContain('\r\ncross-origin-opener-policy: unsafe-none\r\n')
    if (status >= 400) errorEnvelope.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)))
  })

  it('under /flows/ may be read by any page', async () => {
    const reply = await app.inject({ url: '/flows/abc/nowhere' })
    expect(reply.headers['access-control-allow-origin']).toBe('*')
    expect((await app.inject({ url: '/ok' })).headers['access-control-allow-origin']).toBeUndefined()
  })
})

it('lets any page call a flow with whatever headers its own scripts add', async () => {
  const added = 'authorization,newrelic,sentry-trace,traceparent'
  const reply = await app.inject({
    method: 'OPTIONS',
    url: '/flows/abc/relay',
    headers: {
      origin: 'https://app.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': added,
    },
  })
  expect(reply.statusCode).toBe(204)
  expect(reply.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': added,
    vary: 'Access-Control-Request-Headers',
  })
  expect(reply.headers).not.toHaveProperty('access-control-allow-credentials')
})

it('tells nothing of our own bugs', async () => {
  const reply = await app.inject({ url: '/bug' })
  expect(reply.json()).toMatchObject({ error: 'Internal', data: {} })
  expect(reply.body).not.toContain('inside')
})

describe('a body', () => {
  const send = (url: string, payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })

  it('is JSON', async () => {
    expect((await send('/echo', '{"a":1}')).json()).toEqual({ body: { a: 1 } })
  })

  it('may be absent although it is announced', async () => {
    expect((await send('/echo', '')).json()).toEqual({ body: null })
  })

  it.each([
    ['malformed', '{"a"', 'application/json', 400, 'json'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'content_type'],
    ['text', '{"a":1}', 'text/plain', 415, 'content_type'],
    ['too large', JSON.stringify('x'.repeat(1024 * 1024)), 'application/json', 413, 'too_large'],
  ])('that is %s is refused', async (_, payload, type, status, reason) => {
    const reply = await send('/echo', payload, type)
    expect(reply.statusCode).toBe(status)
    expect(errorEnvelope.parse(reply.json())).toMatchObject({ error: 'InvalidBody', data: { reason } })
  })

  it('may come as text where the route says so', async () => {
    expect((await send('/text', '{"a":1}', 'text/plain;charset=UTF-8')).json()).toEqual({ body: { a: 1 } })
    expect((await send('/text', '{', 'text/plain')).statusCode).toBe(400)
  })
})
