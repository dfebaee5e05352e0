import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { page } from '../../testing/flow.testing.ts'

let test: TestApp
let account: TestAccount
let stranger: TestAccount
let port: number
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  stranger = await test.signUp('eve@acme.test')
  for (const one of [account, stranger]) await one.call('PUT', '/v4/account', { allowed_origins: [page] })
  await test.app.listen({ port: 0, host: '127.0.0.1' })
  port = (test.app.server.address() as AddressInfo).port
})
afterAll(() => test.close())

async function tokenOf(of: TestAccount): Promise<string> {
  const { body } = await of.call('POST', `/customer/${of.id}/token`, {})
  return (body as { token: string }).token
}

async function authorizationOf(of: TestAccount): Promise<string> {
  const one = await test.services.database.write((tx) =>
    test.services.flows.authorizations.create(tx, of.id, {
      type: 'platform.test-shop',
      sourceId: null,
      origin: page,
      madeBy: null,
    }),
  )
  return one.id
}

const address = (token: string, more = 'vsn=2.0.0', path = '/socket/websocket') =>
  `ws://127.0.0.1:${port}${path}?token=${encodeURIComponent(token)}&${more}`

/** A socket as a browser opens it, and what it hears. */
async function connect(token: string) {
  const socket = new WebSocket(address(token), { origin: page })
  const heard: unknown[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data) => {
    heard.push(JSON.parse(String(data)))
    for (const look of waiting) look()
  })
  const closed = once(socket, 'close') as Promise<[number, Buffer]>
  await once(socket, 'open')
  return {
    socket,
    closed,
    say: (...frame: unknown[]) => socket.send(JSON.stringify(frame)),
    hear: (count: number) =>
      new Promise<unknown[]>((resolve) => {
        const look = () => {
          if (heard.length >= count) resolve(heard)
        }
        waiting.push(look)
        look()
      }),
  }
}

/** With which status an upgrade is refused. */
async function refusal(url: string, origin: string | undefined): Promise<number> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin })
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
  socket.on('error', () => {})
  socket.terminate()
  return response.statusCode
}

it('tells how an authorization stands, and what it becomes', async () => {
  const id = await authorizationOf(account)
  const topic = `authorization_status:${id}`
  const { say, hear, socket } = await connect(await tokenOf(account))
  say('1', '2', topic, 'phx_join', {})
  expect(await hear(1)).toEqual([
    ['1', '2', topic, 'phx_reply', { status: 'ok', response: { status: 'awaiting_callback' } }],
  ])
  const { database, flows } = test.services
  const { flowId } = await database.write((tx) =>
    flows.authorizations.begin(tx, { accountId: account.id, origin: page }, id, () => ({
      header: '',
      hash: 'a hash',
    })),
  )
  const failed = { code: 'FlowExpired', message: 'It took too long.', data: {} }
  await database.write(async (tx) => {
    await tx.db
      .updateTable('flow')
      .set({ status: 'failed', outcome: JSON.stringify({ kind: 'failed', error: failed }) })
      .where('id', '=', flowId)
      .execute()
    await test.services.events.append(tx, `flow:${flowId}`, 'failed', failed)
  })
  expect(await hear(2)).toContainEqual(['1', null, topic, 'status_update', { status: 'error' }])
  socket.close()
})

it("has no topic of another account's authorization", async () => {
  const id = await authorizationOf(account)
  const { say, hear, socket } = await connect(await tokenOf(stranger))
  say('1', '1', `authorization_status:${id}`, 'phx_join', {})
  expect(await hear(1)).toMatchObject([['1', '1', expect.any(String), 'phx_reply', { status: 'error' }]])
  socket.close()
})

it('is not opened without a token, from another origin, from none, in other words, or elsewhere', async () => {
  const token = await tokenOf(account)
  expect(await refusal(address('bob_cus_wrong'), page)).toBe(401)
  expect(await refusal(address(token), 'https://evil.test')).toBe(403)
  expect(await refusal(address(token), undefined)).toBe(403)
  expect(await refusal(address(token, 'vsn=1.0.0'), page)).toBe(400)
  expect(await refusal(address(token, 'vsn=2.0.0', '/v4/sources'), page)).toBe(404)
})

it('is closed to who sends what is too large, binary, or no message', async () => {
  const token = await tokenOf(account)
  for (const [data, code] of [
    ['x'.repeat(5_000), 1009],
    [Buffer.from('[]'), 1008],
    ['hello', 1008],
  ] as const) {
    const { socket, closed } = await connect(token)
    socket.send(data)
    expect((await closed)[0]).toBe(code)
  }
})

it('is closed to who sends without end', async () => {
  const { say, closed } = await connect(await tokenOf(account))
  for (let index = 0; index < 200; index += 1) say(null, `${index}`, 'phoenix', 'heartbeat', {})
  expect((await closed)[0]).toBe(1008)
})

it('the oldest of too many gives way', async () => {
  const token = await tokenOf(stranger)
  const all = []
  for (let index = 0; index < 21; index += 1) all.push(await connect(token))
  expect((await all[0]!.closed)[0]).toBe(1008)
  for (const { socket } of all) socket.close()
})

it('what offers another protocol beside an ordinary request is answered as ever', async () => {
  const sent = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/healthz',
    headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' },
  }).end()
  const [reply] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }]
  reply.resume()
  expect(reply.statusCode).toBe(200)
})

it('ends when the server stops', async () => {
  const other = await createTestApp()
  const own = await other.signUp()
  await own.call('PUT', '/v4/account', { allowed_origins: [page] })
  await other.app.listen({ port: 0, host: '127.0.0.1' })
  const { body } = await own.call('POST', `/customer/${own.id}/token`, {})
  const { port: otherPort } = other.app.server.address() as AddressInfo
  const url = address((body as { token: string }).token).replace(`:${port}/`, `:${otherPort}/`)
  const socket = new WebSocket(url, { origin: page })
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await other.close()
  expect((await closed)[0]).toBe(1001)
})
