import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHttpServer } from './http-server.ts'

/** The limits of production are a minute and more. */
const patience = { request: 1_500, headers: 800, silence: 1_500 }

let app: FastifyInstance
beforeEach(async () => {
  const log = pino({ level: 'silent' })
  app = createHttpServer({ url: 'https://connect.example.com', trustedProxies: null }, log, patience)
  app.post('/echo', async () => ({}))
  app.get('/much', (_request, reply) => reply.send(Buffer.alloc(64 * 1024 * 1024)))
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

/** A client that says this, then one byte at a time for as long as it is let. Resolves with what it was told. */
async function speakSlowly(start: string, byte: string | null): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  let told = ''
  socket.on('data', (chunk) => (told += chunk.toString())).on('error', () => {})
  socket.write(start)
  const drip = setInterval(() => byte !== null && socket.writable && socket.write(byte), 100)
  await once(socket, 'close')
  clearInterval(drip)
  return told
}

const head =
  'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'

it.each([
  ['a body', head, ' '],
  ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'x'],
])('%s that comes a byte at a time is cut', async (_, start, byte) => {
  const told = await speakSlowly(start, byte)
  expect(told).toMatch(/^HTTP\/1.1 408 /)
  expect(told.toLowerCase()).toContain('cross-origin-opener-policy: unsafe-none')
  errorEnvelope.parse(JSON.parse(told.slice(told.indexOf('\r\n\r\n') + 4)))
})

it.each([
  ['nothing at all', ''],
  ['half a request', head],
])('a client that says %s is let go', async (_, start) => {
  const letGo = speakSlowly(start, null).then(() => 'let go')
  expect(await Promise.race([letGo, delay(20_000, 'kept', { ref: false })])).toBe('let go')
})

it('a client that never reads its answer is let go', async () => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /much HTTP/1.1\r\nHost: x\r\n\r\n')
  const connections = () =>
    new Promise((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  await expect.poll(connections).toBe(1)
  await expect.poll(connections).toBe(0)
  socket.destroy()
})

it.each([
  ['two hosts', 'GET /echo HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\nConnection: close\r\n\r\n'],
  ['the same twice', 'GET /echo HTTP/1.1\r\nhost: a.test\r\nHOST: a.test\r\nConnection: close\r\n\r\n'],
  ['two hosts in HTTP/1.0', 'GET /echo HTTP/1.0\r\nHost: a.test\r\nHost: b.test\r\n\r\n'],
])('%s are refused', async (_, request) => {
  const told = await speakSlowly(request, null)
  expect(told).toMatch(/^HTTP\/1.1 400 /)
  expect(told).toContain('One Host header is needed.')
})
