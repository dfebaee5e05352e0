import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { vendorHttp, type VendorApi } from './vendor-http.ts'

const secret = 'key-of-the-tests'
let server: Server
let origin: string
let asked: IncomingMessage[]
let lines: string[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  asked = []
  lines = []
  server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const say = (status: number, body = '', headers: Record<string, string> = {}) => {
  answer = (_request, response) => response.writeHead(status, headers).end(body)
}
const item = z.object({ id: z.number() })

function ask(path = '/items', more: Partial<VendorApi> = {}, signal = AbortSignal.timeout(30_000)) {
  const report = { phase: () => {}, log: (line: string) => void lines.push(line) }
  const api = { origin, headers: { authorization: `Bearer ${secret}` }, keyField: 'api_key', ...more }
  return vendorHttp({ fetch, signal, report }, api).get(path, item)
}

it('asks below the origin with its headers, and holds the answer to its form', async () => {
  say(200, '{"id":7,"more":true}', { link: '</items?page=2>; rel="next"' })
  const { value, headers } = await ask('/items?page=1')
  expect([value, headers.get('link')]).toEqual([{ id: 7 }, '</items?page=2>; rel="next"'])
  expect(asked[0]).toMatchObject({ url: '/items?page=1', method: 'GET' })
  expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${secret}`, accept: 'application/json' })
  expect((await ask(`${origin}/items`)).value).toEqual({ id: 7 })
})

it('asks by POST what no address can hold, and again where it has to wait', async () => {
  const questions: string[] = []
  answer = (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += String(chunk)))
    request.on('end', () => {
      questions.push(body)
      const isFirst = questions.length === 1
      response.writeHead(isFirst ? 503 : 200, { 'retry-after': '0' }).end(isFirst ? '' : '{"id":7}')
    })
  }
  const report = { phase: () => {}, log: (line: string) => void lines.push(line) }
  const api = { origin, headers: { authorization: `Bearer ${secret}` }, keyField: null }
  const http = vendorHttp({ fetch, signal: AbortSignal.timeout(30_000), report }, api)
  expect((await http.post('/some', { ids: [1, 2] }, item)).value).toEqual({ id: 7 })
  expect(questions).toEqual(['{"ids":[1,2]}', '{"ids":[1,2]}'])
  const json = { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
  expect(asked.map(({ method, headers }) => [method, headers])).toMatchObject([
    ['POST', json],
    ['POST', json],
  ])
  say(403)
  await expect(http.post('/some', {}, item)).rejects.toMatchObject({ code: 'PermissionDenied' })
})

describe('a failure is told once, as what it is', () => {
  it.each<[number, Partial<VendorApi>, object]>([
    [401, {}, { code: 'CredentialsRejected', field: 'api_key' }],
    [401, { keyField: null }, { code: 'AuthorizationExpired', field: null }],
    [403, {}, { code: 'PermissionDenied', field: null }],
    [404, {}, { code: 'VendorUnavailable', field: null, detail: 'The service answered with status 404.' }],
    [
      404,
      { statuses: { 404: { code: 'HostNotFound', field: 'domain' } } },
      { code: 'HostNotFound', field: 'domain' },
    ],
    [429, {}, { code: 'VendorRateLimited' }],
    [500, {}, { code: 'VendorUnavailable' }],
    [302, {}, { code: 'VendorUnavailable' }],
  ])('status %i with %j', async (status, more, error) => {
    say(status, `echo ${secret}`, { location: 'http://127.0.0.1:1/' })
    const failure = await ask('/items', more).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject(error)
    expect(JSON.stringify(failure)).not.toContain(secret)
    expect(asked).toHaveLength(1)
  })

  it.each(['', '<html>', '{', '{"id":"7"}', 'null'])('a body of %j', async (body) => {
    say(200, body)
    await expect(ask()).rejects.toMatchObject({ code: 'VendorUnavailable' })
  })

  it('an answer that does not come, or does not end', async () => {
    answer = (_request, response) => void response.writeHead(200).write('{"id":')
    await expect(ask('/items', { patience: 100 })).rejects.toMatchObject({
      code: 'VendorUnavailable',
      detail: 'The service did not answer in time.',
    })
    const abort = new AbortController()
    answer = () => abort.abort(new Error('enough'))
    await expect(ask('/items', {}, abort.signal)).rejects.toThrow('enough')
  })
})

it('reads no more than it may, packed or not, whatever the length says', async () => {
  const long = `{"id":7,"much":"${'x'.repeat(2_000)}"}`
  say(200, long)
  await expect(ask('/items', { largest: 1_000 })).rejects.toMatchObject({ code: 'AnswerTooLarge' })
  answer = (_request, response) => {
    response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(`{"id":7,"much":"${'x'.repeat(5e6)}"}`))
  }
  await expect(ask('/items', { largest: 1_000_000 })).rejects.toMatchObject({ code: 'AnswerTooLarge' })
  expect((await ask('/items', { largest: 6_000_000 })).value).toEqual({ id: 7 })
})

it.each([
  'http://evil.test/items',
  '//evil.test/items',
  'https://127.0.0.1/items',
  'http://',
  'file:///etc/passwd',
])('takes its key nowhere else, where an answer leads to %s', async (link) => {
  say(200, '{"id":7}')
  await expect(ask(link)).rejects.toMatchObject({ code: 'VendorUnavailable' })
  expect(asked).toEqual([])
})

describe('a word in the answer says what failed', () => {
  const errors = {
    path: 'error.code',
    means: {
      invalid_auth: { code: 'CredentialsRejected', field: 'api_key' },
      paid_only: { code: 'PermissionDenied', access: { reason: 'needs_plan' } },
    },
  } as const

  it.each([
    [200, 'invalid_auth', { code: 'CredentialsRejected', field: 'api_key' }],
    [
      400,
      'invalid_auth',
      { code: 'CredentialsRejected', detail: 'The service answered with status 400, invalid_auth.' },
    ],
    [200, 'paid_only', { code: 'PermissionDenied' }],
    [200, `new ${secret}`, { code: 'VendorUnavailable', detail: 'The service answered with status 200.' }],
    [403, `new ${secret}`, { code: 'PermissionDenied', detail: 'The service answered with status 403.' }],
  ])('of status %i, %s', async (status, code, error) => {
    say(status, JSON.stringify({ id: 7, error: { code } }))
    await expect(ask('/items', { errors })).rejects.toMatchObject(error)
  })

  it.each(['{"id":7}', '{"id":7,"error":null}', '{"id":7,"error":{"code":""}}'])(
    'and %s is none',
    async (body) => {
      say(200, body)
      expect((await ask('/items', { errors })).value).toEqual({ id: 7 })
    },
  )

  it('unless it cannot be read: then the status does', async () => {
    say(401, '<html>')
    await expect(ask('/items', { errors })).rejects.toMatchObject({ code: 'CredentialsRejected' })
    say(401, `{"error":{"code":"paid_only"},"much":"${'x'.repeat(70_000)}"}`)
    await expect(ask('/items', { errors })).rejects.toMatchObject({ code: 'CredentialsRejected' })
  })
})

it('begins no more requests in a second than it may', async () => {
  say(200, '{"id":7}')
  const report = { phase: () => {}, log: () => {} }
  const api = { origin, headers: {}, keyField: null, perSecond: 100 }
  const http = vendorHttp({ fetch, signal: AbortSignal.timeout(30_000), report }, api)
  const begin = performance.now()
  await Promise.all([1, 2, 3, 4, 5, 6].map(() => http.get('/items', item)))
  expect(performance.now() - begin).toBeGreaterThanOrEqual(49)
})

describe('a service that asks to wait', () => {
  it.each([429, 503])('by status %i is asked again, and the log says so', async (status) => {
    answer = (_request, response) => {
      if (asked.length < 3) response.writeHead(status, { 'retry-after': '0' }).end()
      else response.end('{"id":7}')
    }
    expect((await ask()).value).toEqual({ id: 7 })
    expect(lines).toEqual(['The service asks to wait 0 s.', 'The service asks to wait 0 s.'])
  })

  it('for ever is believed after a few', async () => {
    say(429, '', { 'retry-after': '0' })
    await expect(ask()).rejects.toMatchObject({ code: 'VendorRateLimited' })
    expect(asked).toHaveLength(4)
  })

  it.each([
    ['2.0', 'The service asks to wait 2 s.'],
    ['0.25', 'The service asks to wait 1 s.'],
    ['1.000001', 'The service asks to wait 2 s.'],
  ])('for %s seconds, in fractions as some say it, is given whole ones', async (wait, line) => {
    say(429, '', { 'retry-after': wait })
    const abort = new AbortController()
    const log = (told: string) => {
      lines.push(told)
      abort.abort(new Error('enough'))
    }
    const api = { origin, headers: {}, keyField: null }
    const http = vendorHttp({ fetch, signal: abort.signal, report: { phase: () => {}, log } }, api)
    await expect(http.get('/items', item)).rejects.toThrow('enough')
    expect(lines).toEqual([line])
  })

  it.each(['31', '30.5', '86400', 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon'])(
    'for too long (%s) is not waited for',
    async (wait) => {
      say(429, '', { 'retry-after': wait })
      await expect(ask()).rejects.toMatchObject({ code: 'VendorRateLimited' })
      expect(asked).toHaveLength(1)
    },
  )

  it('is not waited for any longer than the check lives', async () => {
    const abort = new AbortController()
    answer = (_request, response) => {
      response
        .writeHead(429, { 'retry-after': '20' })
        .end(() => setImmediate(() => abort.abort(new Error('enough'))))
    }
    await expect(ask('/items', {}, abort.signal)).rejects.toThrow('enough')
  })
})
