import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createdAccount } from '@bobbin/shared/account'
import { check } from '@bobbin/shared/check'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openPlace, type TestPlace, type TestServer } from './cli.testing.ts'

/*
 * A server that is asked to stop in the middle of everything: nobody is cut off who can be answered, what it had in hand
 * is given back, and it is gone in seconds.
 */

const rough = fileURLToPath(new URL('../server/testing/rough-connector.testing.ts', import.meta.url))
const person = {
  company: 'Acme',
  email: 'anna@acme.test',
  first_name: 'Anna',
  last_name: 'Ax',
  partner_id: 'partner',
  partner_secret: 'a partner secret of a good length',
}

/** A machine under load is slow; nothing is measured by it. */
const patiently = { timeout: 30_000 }

let place: TestPlace
beforeEach(async () => {
  place = await openPlace({ BOBBIN_CONNECTORS: rough, BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true' })
})
afterEach(() => place.close())

/** A connection that is kept, and what came over it. */
function openConnection({ url }: TestServer) {
  const socket = connect(Number(new URL(url).port), 'localhost')
  const connection = { socket, received: '', closed: once(socket, 'close') }
  socket.on('data', (chunk: Buffer) => (connection.received += chunk.toString()))
  return connection
}

async function call(server: TestServer, token: string, method: string, path: string, body?: object) {
  const reply = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect([path, reply.ok]).toEqual([path, true])
  return reply
}

it('answers the call under way, ends the streams, gives back checks and deliveries, and closes the store last', async () => {
  const server = await place.serve()
  const signUp = JSON.stringify(person)
  const made = await fetch(`${server.url}/v3/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: signUp,
  })
  const { access_token: token } = createdAccount.parse(await made.json())

  // A receiver that never answers.
  const receiver = createServer(() => {}).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const delivered = once(receiver, 'request')
  await call(server, token, 'POST', '/v4/webhooks', { url: hook })

  // A check that never ends.
  const settings = { type: 'platform.rough', display_name: 'Rough', properties: { act: 'never answers' } }
  const { check_job_name: name } = source.parse(
    await (await call(server, token, 'POST', '/v4/sources', settings)).json(),
  )
  const job = () =>
    place.withCore(({ database }) =>
      database.read
        .selectFrom('check_job')
        .selectAll()
        .where('name', '=', name ?? '')
        .executeTakeFirstOrThrow(),
    )
  await expect
    .poll(
      async () =>
        check.parse(await (await call(server, token, 'GET', '/v4/sources/1/last-connection-check')).json()),
      patiently,
    )
    .toMatchObject({ phase: 'connecting' })
  await delivered

  // A stream that is followed.
  const stream = await fetch(`${server.url}/v4/events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
  })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  const streamed = stream.text()

  // A connection that is used a second time, for a call whose body is slow; and one that is idle.
  const slow = openConnection(server)
  const idle = openConnection(server)
  for (const { socket } of [slow, idle]) socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect
    .poll(() => [slow.received, idle.received], patiently)
    .toEqual(Array(2).fill(expect.stringContaining('"ok"')))
  expect(slow.received).toMatch(/connection: keep-alive/i)
  slow.received = ''
  const another = signUp.replace('anna@', 'otto@')
  slow.socket.write(
    `POST /v3/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${another.length}\r\n\r\n`,
  )
  slow.socket.write(another.slice(0, 10))
  // It is there once another one behind it has been answered.
  await fetch(`${server.url}/healthz`)

  const stopped = server.stop()
  await Promise.all([streamed, idle.closed])
  // By a connection of its own: one that was kept alive ends otherwise.
  const { hostname, port } = new URL(server.url)
  const [refused] = await once(connect(Number(port), hostname), 'error')
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
  slow.socket.write(another.slice(10))
  await slow.closed
  expect(slow.received).toMatch(/^HTTP\/1\.1 200 /)
  expect(slow.received).toMatch(/\r\nconnection: close\r\n/i)
  // After ten seconds it would have left with 1.
  expect(await stopped).toBe(0)
  receiver.closeAllConnections()
  receiver.close()

  // A store that is closed last has no log left, and nobody wrote to it afterwards.
  expect(existsSync(join(place.dataDir, 'bobbin.sqlite-wal'))).toBe(false)
  const lines = server.output.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number })
  expect(lines.filter(({ level }) => level >= 40)).toEqual([])
  expect(await job()).toMatchObject({
    status: 'queued',
    lease: null,
    attempt: 0,
    deaths: 0,
    phase: 'queued',
  })
  const held = await place.withCore(({ database }) =>
    database.read.selectFrom('webhook_delivery').select('lease').where('lease', 'is not', null).execute(),
  )
  expect(held).toEqual([])
  expect(await place.bobbinJson(['accounts', 'list'])).toMatchObject([
    { email: 'anna@acme.test' },
    { email: 'otto@acme.test' },
  ])

  // And another goes on where it was.
  const next = await place.serve()
  await expect.poll(async () => (await job()).status, patiently).toBe('running')
  expect(await next.stop()).toBe(0)
  expect(await job()).toMatchObject({ status: 'queued', attempt: 0 })
})
