import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ofSoak } from '../../../scripts/soak-size.mjs'

/*
 * Thousands of requests that no client of good will sends. The server stays up, answers each that it can
 * answer with a failure of the caller's, and keeps nothing of them.
 */

const requests = ofSoak(4_000, 10_000)
const warmUp = ofSoak(1_000, 2_000)
const atOnce = 20
/** What may be left of them after the garbage is gone, in bytes; the warm-up has filled every cache before. */
const margin = { heap: ofSoak(3, 12) * 1024 * 1024, rss: 128 * 1024 * 1024 }

let child: ChildProcess
let port: number
let token: string
beforeAll(async () => {
  const script = fileURLToPath(new URL('fuzz-server.testing.ts', import.meta.url))
  child = fork(script, { execArgv: ['--expose-gc'] })
  const [hello] = (await once(child, 'message')) as [{ url: string; token: string }]
  port = Number(new URL(hello.url).port)
  token = hello.token
})
afterAll(async () => {
  child.disconnect()
  await once(child, 'exit')
})

/** The same numbers for the same seed: a failure can be run again. */
function randomOf(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
type Random = ReturnType<typeof randomOf>
const pick = <Item>(random: Random, items: readonly [Item, ...Item[]]): Item =>
  items[random(items.length)] ?? items[0]

const paths = [
  '/v3/accounts',
  '/v4/account',
  '/v4/sources',
  '/v4/sources/7',
  '/v4/sources/7/streams/metadata',
  '/v3/sessions/ephemeral',
  '/v4/events',
  '/flows/AAAAAAAAAAAAAAAAAAAAAA/claim',
  '/v4/source-types/x',
  '/client/x.js',
] as const
const badPaths = [
  '/%',
  '/%zz',
  '/%00',
  '/v4/sources/%c0%ae%c0%ae/',
  '/v4/sources/../../etc/passwd',
  '/v4/sources/__proto__',
  '/client/..%2f..%2fpackage.json',
  '/v4/events?after=NaN',
  '/v4/events?after=1e999',
  '/v4/events?after=-1',
  '/v4/sources?page[__proto__]=1&page=2&page=3',
  '/v4/sources?cursor=%00%ff',
  '//',
  '/\\',
  '*',
  'http://[::1',
  `/${'a/'.repeat(2_000)}`,
  `/v4/sources/${'9'.repeat(400)}`,
] as const
const badBodies = [
  '{',
  '{"a":1e999}',
  '{"a":NaN}',
  '{"a":undefined}',
  '{"__proto__":{"is_admin":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '[[[[',
  '['.repeat(20_000) + ']'.repeat(20_000),
  '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
  '"\\ud800"',
  '\uFEFF{}',
  '\u0000',
  'a=1&b=2',
  `{"type":"${'x'.repeat(100_000)}"}`,
  '{"type":"a","type":"b"}',
  'null',
  '-0',
  '1e-400',
] as const
const contentTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'application/json; charset=nope',
  'text/plain',
  'multipart/form-data; boundary=',
  'application/x-www-form-urlencoded',
  '',
  '/',
  'application/json, text/plain',
] as const

type Shape = (random: Random) => string | Buffer

const head = (method: string, path: string, ...lines: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines].join('\r\n') + '\r\n\r\n'
const bearer = (random: Random) => `Authorization: Bearer ${random(4) === 0 ? 'bob_acc_nope' : token}`

const shapes: readonly [Shape, ...Shape[]] = [
  // Bytes that are no HTTP.
  (random) => Buffer.from(Array.from({ length: 1 + random(200) }, () => random(256))),
  (random) =>
    `${pick(random, ['GET', 'GET /nowhere', 'GET / HTTP/9.9', '\r\n\r\n', 'PRI * HTTP/2.0', '\u0016\u0003\u0001'])}\r\n\r\n`,
  // Methods and paths that lead nowhere.
  (random) =>
    head(
      pick(random, ['BREW', 'PATCH', 'TRACE', 'CONNECT', 'PURGE', 'get', 'G\u0000T']),
      pick(random, paths),
      bearer(random),
    ),
  (random) => head('GET', pick(random, badPaths), bearer(random)),
  // Bodies.
  (random) => {
    const body = pick(random, badBodies)
    const type = random(3) === 0 ? pick(random, contentTypes) : 'application/json'
    const length = `Content-Length: ${Buffer.byteLength(body)}`
    return (
      head(
        pick(random, ['POST', 'PUT']),
        pick(random, paths),
        bearer(random),
        `Content-Type: ${type}`,
        length,
      ) + body
    )
  },
  // Lengths and chunks that are not true.
  (random) =>
    head(
      'POST',
      pick(random, paths),
      bearer(random),
      `Content-Length: ${pick(random, ['-1', '1e3', 'x', '99999999999999999999', '0x10', '5, 6'])}`,
    ) + '{}',
  (random) =>
    head('POST', '/v4/sources', bearer(random), 'Content-Length: 2', `Content-Length: ${random(9)}`) + '{}',
  (random) =>
    head('POST', '/v4/sources', bearer(random), 'Content-Length: 2', 'Transfer-Encoding: chunked') + '{}',
  (random) =>
    head(
      'POST',
      pick(random, paths),
      bearer(random),
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ) +
    pick(random, [
      'zz\r\n{}\r\n',
      '-1\r\n',
      'ffffffffffffffff\r\n',
      '2\r\n{}\r\n0\r\n\r\nGET / HTTP/1.1',
      '0\r\nx: y',
    ]),
  (random) =>
    head(
      'POST',
      pick(random, paths),
      bearer(random),
      `Transfer-Encoding: ${pick(random, ['gzip', 'chunked, chunked', ' chunked', 'xchunked'])}`,
    ) + '0\r\n\r\n',
  // Headers.
  (random) => head('GET', pick(random, paths), `X: ${'y'.repeat(random(40_000))}`),
  (random) =>
    head('GET', pick(random, paths), ...Array.from({ length: random(3_000) }, (_, index) => `X-${index}: 1`)),
  (random) => head('GET', '/v4/account', bearer(random), bearer(random)),
  (random) =>
    head(
      'GET',
      '/v4/account',
      `Authorization: ${pick(random, ['Bearer', 'Bearer  ', 'Basic !!!', `Bearer ${'x'.repeat(9_000)}`, 'Bearer \u00ff', '\u0000'])}`,
    ),
  (random) =>
    head(
      'POST',
      '/v3/sessions/ephemeral',
      bearer(random),
      `Idempotency-Key: ${pick(random, ['a b', 'x'.repeat(300), '\u00fc', '\u007f'])}`,
      'Content-Length: 0',
    ),
  (random) =>
    head(
      'PUT',
      '/v4/account',
      bearer(random),
      'If-Match: "',
      'Content-Type: application/json',
      'Content-Length: 22',
    ) + '{"allowed_origins":[1]}',
  (random) =>
    `GET ${pick(random, paths)} HTTP/1.1\r\n${pick(random, [' folded: 1', 'no colon', ': empty', 'X\u0000: 1', 'X : 1', 'Host: a\r\nHost: b'])}\r\n\r\n`,
]

/** Sends the bytes, and closes our half: what comes back until the server closes its own. */
function speak(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    // A reset is an answer too: the server has hung up on what it did not want to read.
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}

/**
 * Never our own bug, and every complete refusal is a typed one. A few of them happen to be good calls.
 * Returns the status; null where there was none.
 */
function judge(answer: string, sent: string | Buffer): number | null {
  const [first = '', ...rest] = answer.split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0)
  if (status === 0) return null
  if (status >= 500) expect.fail(`${status} to ${sent.toString('latin1').slice(0, 500)}`)
  if (status < 400) return status
  const body = rest.join('\r\n\r\n')
  const length = /^content-length: (\d+)$/im.exec(first)?.[1]
  if (length !== undefined && Buffer.byteLength(body) >= Number(length)) {
    errorEnvelope.parse(JSON.parse(Buffer.from(body).subarray(0, Number(length)).toString()))
  }
  return status
}

async function memory(): Promise<{ rss: number; heap: number }> {
  child.send('memory')
  const [answer] = (await once(child, 'message')) as [{ rss: number; heap: number }]
  return answer
}

/** Sends so many of them. Returns how often each status came. */
async function bombard(count: number, random: Random): Promise<Map<number | null, number>> {
  const statuses = new Map<number | null, number>()
  let left = count
  const worker = async () => {
    while (left > 0) {
      left -= 1
      const bytes = pick(random, shapes)(random)
      const status = judge(await speak(bytes), bytes)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return statuses
}

it('thousands of malformed requests leave the server up, its memory flat, and every answer typed', async () => {
  const random = randomOf(20_261_125)
  await bombard(warmUp, random)
  const before = await memory()
  const statuses = await bombard(requests, random)
  const after = await memory()

  expect(child.exitCode).toBeNull()
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([400, 401, 404, 415, 431]))
  expect(statuses.get(200) ?? 0).toBeLessThan(requests / 20)
  expect(after.heap - before.heap).toBeLessThan(margin.heap)
  expect(after.rss - before.rss).toBeLessThan(margin.rss)
  const good = await speak(head('GET', '/v4/account', `Authorization: Bearer ${token}`))
  expect(good).toMatch(/^HTTP\/1\.1 200 /)
})
