import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCertificate, readCertificate } from '../certificate.ts'
import { startFrontProxy, type FrontProxy } from './front-proxy.ts'

let proxy: FrontProxy
let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((incoming, response) => answer(incoming, response))

beforeAll(async () => {
  makeCertificate()
  proxy = await startFrontProxy(readCertificate())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  proxy.route('wizard.localhost', typeof address === 'object' && address ? address.port : 0)
})

afterAll(async () => {
  await proxy.close()
  server.closeAllConnections()
  server.close()
})

beforeEach(() => {
  proxy.reset()
  answer = (_, response) => response.end('fine')
})

test('passes a request on by its host name, with who asked and how', async () => {
  answer = ({ headers, url }, response) => {
    response.end(`${url} ${headers.host} ${headers['x-forwarded-proto']} ${headers['x-forwarded-for']}`)
  }
  const reply = await get('/a?b=c')
  expect(await text(reply)).toMatch(/^\/a\?b=c wizard\.localhost:\d+ https 198\.51\.100\.\d+$/)
  expect(proxy.requests).toMatchObject([{ host: 'wizard.localhost', method: 'GET', url: '/a?b=c' }])
})

test('each test looks like another client to the server', async () => {
  answer = ({ headers }, response) => response.end(headers['x-forwarded-for'])
  const one = await text(await get('/'))
  proxy.reset()
  expect(await text(await get('/'))).not.toBe(one)
})

test('passes every header on, and several cookies as several', async () => {
  answer = (_, response) => response.writeHead(302, { 'set-cookie': ['a=1', 'b=2'], location: '/x' }).end()
  const { statusCode, headers } = await get('/')
  expect({ statusCode, cookies: headers['set-cookie'], location: headers.location }).toEqual({
    statusCode: 302,
    cookies: ['a=1', 'b=2'],
    location: '/x',
  })
})

test('sets and removes headers where a rule says so, on one status only if it names one', async () => {
  answer = ({ url }, response) => response.writeHead(url === '/hop' ? 302 : 200, { 'x-old': '1' }).end()
  proxy.rule({ status: 302 }, { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'X-Old': null } })
  const hop = await get('/hop')
  const page = await get('/page')
  expect(hop.headers['cross-origin-opener-policy']).toBe('same-origin')
  expect(hop.headers['x-old']).toBeUndefined()
  expect(page.headers['cross-origin-opener-policy']).toBeUndefined()
  expect(page.headers['x-old']).toBe('1')
})

test('brings each part of a stream as soon as it was sent', async () => {
  let stream: ServerResponse | undefined
  answer = (_, response) => (stream = response.writeHead(200)).write('one')
  const reply = await get('/events')
  expect(await nextPart(reply)).toBe('one')
  stream?.write('two')
  expect(await nextPart(reply)).toBe('two')
  reply.destroy()
})

test('a cut ends streams under way and refuses new requests until it is lifted', async () => {
  answer = (_, response) => response.writeHead(200).write('one')
  const reply = await get('/events')
  expect(await nextPart(reply)).toBe('one')
  const ended = new Promise((resolve) => reply.once('error', resolve).resume())
  const rule = proxy.rule({ path: '/events' }, { cut: true })
  await ended
  await expect(get('/events')).rejects.toThrow('socket hang up')
  rule.lift()
  expect((await get('/events')).statusCode).toBe(200)
})

test('a hold stops streams and new requests, and loses nothing when it is lifted', async () => {
  let stream: ServerResponse | undefined
  answer = (_, response) => (stream = response.writeHead(200)).write('one')
  const reply = await get('/events')
  expect(await nextPart(reply)).toBe('one')
  const rule = proxy.rule({ path: /^\/e/ }, { hold: true })
  stream?.write('two')
  const part = nextPart(reply)
  const another = get('/extra')
  // What is asked later and not held is there sooner.
  const free = get('/free')
  const first = Promise.race([part, another, free])
  expect(await first).toBe(await free)
  rule.lift()
  expect(await part).toBe('two')
  expect((await another).statusCode).toBe(200)
})

test('waits as long as a rule says', async () => {
  proxy.rule({ path: '/slow' }, { delay: 300 })
  const start = Date.now()
  await get('/slow')
  expect(Date.now() - start).toBeGreaterThanOrEqual(295)
})

test('a client that leaves in the middle leaves the server too', async () => {
  const left = new Promise((resolve) => {
    answer = (_, response) =>
      response
        .on('close', () => resolve('left'))
        .writeHead(200)
        .write('one')
  })
  const reply = await get('/events')
  reply.destroy()
  expect(await left).toBe('left')
})

test('says so when nobody answers for a host, or the server is down', async () => {
  expect((await get('/', 'nobody.localhost')).statusCode).toBe(502)
  proxy.route('opener.localhost', 1)
  expect((await get('/', 'opener.localhost')).statusCode).toBe(502)
})

test('a host that the proxy answers for itself obeys the rules as well', async () => {
  proxy.answer('evil.localhost', (_, response) => response.end('evil'))
  proxy.rule({ host: 'evil.localhost' }, { headers: { 'X-Rule': 'yes' } })
  const reply = await get('/', 'evil.localhost')
  expect([await text(reply), reply.headers['x-rule']]).toEqual(['evil', 'yes'])
})

test('speaks https only', async () => {
  const outgoing = plainRequest({ host: '127.0.0.1', port: proxy.port })
  const failed = new Promise((resolve) => outgoing.on('error', resolve))
  outgoing.end()
  expect(await failed).toBeInstanceOf(Error)
})

function get(path: string, host = 'wizard.localhost'): Promise<IncomingMessage> {
  const { cert } = readCertificate()
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: proxy.port,
      path,
      ca: cert,
      // A name that the certificate does not have is looked up under one that it has.
      servername: host === 'nobody.localhost' ? 'wizard.localhost' : host,
      headers: { host: `${host}:${proxy.port}` },
      agent: false,
    })
    outgoing.on('response', resolve).on('error', reject).end()
  })
}

function nextPart(reply: IncomingMessage): Promise<string> {
  return new Promise((resolve) => reply.once('data', (part: Buffer) => resolve(part.toString())))
}
