import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sendEvents, type OpenEvents, type StreamedEvent } from './event-stream.ts'
import { createHttpServer } from './http-server.ts'

let app: FastifyInstance
let url: string
let open: OpenEvents
/** Resolves when `sendEvents` has. */
let ended: PromiseWithResolvers<void>

beforeEach(async () => {
  ended = Promise.withResolvers()
  app = createHttpServer({ url: 'http://localhost', trustedProxies: null }, pino({ level: 'silent' }))
  app.get('/events', async (_request, reply) => {
    await sendEvents(reply, (signal) => open(signal), { heartbeat: 20 })
    ended.resolve()
  })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

/** What it resolves with, or that it took longer than that. */
const within = <Result>(ms: number, promise: Promise<Result>) =>
  Promise.race([promise, delay(ms, `nothing within ${ms} ms`, { ref: false })])

/** Never says anything; like the event log, it ends when its signal aborts. */
async function* silent(signal: AbortSignal): AsyncGenerator<StreamedEvent> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  yield* []
}

it('writes id and data of each event and ends with the source', async () => {
  open = async function* () {
    yield { seq: 1, data: { type: 'first' } }
    yield { data: 'no id' }
  }
  const reply = await fetch(`${url}/events`)
  expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(reply.headers.get('x-accel-buffering')).toBe('no')
  expect(reply.headers.get('cross-origin-opener-policy')).toBe('unsafe-none')
  expect(await reply.text()).toBe('retry: 1000\n\nid: 1\ndata: {"type":"first"}\n\ndata: "no id"\n\n')
})

it('shows a sign of life while nothing happens', async () => {
  open = silent
  const reply = await fetch(`${url}/events`)
  const reader = reply.body?.getReader()
  const signs = async () => {
    let text = ''
    while (text.split(': \n\n').length < 4) text += new TextDecoder().decode((await reader?.read())?.value)
    return text
  }
  expect(await within(20_000, signs())).toMatch(/^retry: 1000\n\n(?:: \n\n){3,}$/)
  await reader?.cancel()
})

it('ends at once when the client leaves, though the source waits', async () => {
  open = silent
  const leave = new AbortController()
  await fetch(`${url}/events`, { signal: leave.signal })
  const before = performance.now()
  leave.abort()
  await ended.promise
  expect(performance.now() - before).toBeLessThan(5_000)
})

it('ends when the server stops, and does not hold it up', async () => {
  open = silent
  const reply = await fetch(`${url}/events`)
  const text = reply.text()
  await app.close()
  await ended.promise
  expect(await text).toContain('retry: ')
})

it('does not run ahead of a slow reader', async () => {
  let made = 0
  open = async function* () {
    for (; made < 5_000; made += 1) yield { seq: made, data: 'x'.repeat(10_000) }
  }
  const reply = await fetch(`${url}/events`)
  await delay(200)
  const madeUnread = made
  const text = await reply.text()
  expect(madeUnread).toBeLessThan(5_000)
  expect(text.match(/^id: /gm)?.length).toBe(5_000)
})

it('ends when a slow reader leaves', async () => {
  open = async function* () {
    for (;;) yield { data: 'x'.repeat(10_000) }
  }
  const leave = new AbortController()
  await fetch(`${url}/events`, { signal: leave.signal })
  await delay(100)
  leave.abort()
  expect(
    await within(
      20_000,
      ended.promise.then(() => 'ended'),
    ),
  ).toBe('ended')
})

it('ends when the source breaks', async () => {
  open = async function* () {
    yield { data: 1 }
    throw new Error('broken')
  }
  expect(await (await fetch(`${url}/events`)).text()).toBe('retry: 1000\n\ndata: 1\n\n')
})
