import { randomBytes } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, partner, person, type TestApp } from '../testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_RATE_LIMIT_REFUSED: '60',
    BOBBIN_METRICS_TOKEN: 'a metrics token of a good length',
    BOBBIN_PARTNER_REDIRECT_URIS: 'https://partner.test/back',
  })
})
afterAll(() => test.close())

const random = () => randomBytes(16).toString('base64url')
const claimWith = (token: string, remoteAddress: string, flow = random()) =>
  test.app.inject({
    method: 'POST',
    url: `/flows/${flow}/claim`,
    remoteAddress,
    headers: { origin: 'https://app.test' },
    payload: {
      ephemeral_token: token,
      app_key: random(),
      display: 'popup',
      function: 'addSource',
      type: 'platform.test-shop',
    },
  })
const account = (partner_secret: string) => ({
  ...person,
  email: `${random()}@a.test`,
  ...partner,
  partner_secret,
})
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** What guesses at each door look like, and the statuses of a refused one and of a right one. */
const guesses: [string, number, InjectOptions][] = [
  ['the partner', 403, { method: 'POST', url: '/v3/accounts', payload: account('x'.repeat(20)) }],
  ['access tokens', 401, { url: '/v4/account', headers: bearer('bob_acc_guess') }],
  ["a flow's key", 404, { url: `/flows/${random()}/relay`, headers: bearer(random()) }],
  ['codes', 401, { method: 'POST', url: '/oauth/token', ...form('client_id=a&client_secret=b') }],
  ['metrics', 401, { url: '/metrics', headers: bearer('guess') }],
]

function form(payload: string) {
  return { payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

it('sixty refused claims of an address, and the next waits, whatever it brings', async () => {
  const { call } = await test.signUp()
  const { ephemeral_token: token } = (await call('POST', '/v3/sessions/ephemeral')).body as {
    ephemeral_token: string
  }
  const from = (host: number) => `2001:db8:7:7::${host.toString(16)}`
  for (let host = 1; host <= 60; host += 1) {
    expect((await claimWith('bob_eph_guess', from(host))).statusCode).toBe(401)
  }
  const refused = await claimWith(token, from(999))
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({ error: 'RateLimited', data: { retry_after: 60 } })
  expect(refused.headers['retry-after']).toBe('60')
  // A browser is told, too.
  expect(refused.headers['access-control-allow-origin']).toBe('*')
  expect((await claimWith(token, '2001:db8:7:8::1')).statusCode).toBe(200)
})

describe('guesses at', () => {
  it.each(guesses)('%s', async (_, status, call) => {
    const remoteAddress = `10.0.0.${guesses.findIndex((one) => one[2] === call)}`
    for (let attempt = 0; attempt < 60; attempt += 1) {
      expect((await test.app.inject({ ...call, remoteAddress })).statusCode).toBe(status)
    }
    const refused = await test.app.inject({ ...call, remoteAddress })
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60'])
    const elsewhere = await test.app.inject({ ...call, remoteAddress: `::ffff:${remoteAddress}9` })
    expect(elsewhere.statusCode).toBe(status)
  })
})

it('the right partner secret is not tried either once an address has guessed too often', async () => {
  const create = (secret: string) =>
    test.app.inject({
      method: 'POST',
      url: '/v3/accounts',
      remoteAddress: '10.1.1.1',
      payload: account(secret),
    })
  expect((await create(partner.partner_secret)).statusCode).toBe(200)
  for (let attempt = 0; attempt < 60; attempt += 1) await create('y'.repeat(20))
  expect((await create(partner.partner_secret)).statusCode).toBe(429)
})

it('a back end with one revoked token goes on with its others', async () => {
  const { token } = await test.signUp('many@acme.test')
  const ask = (with_: string) =>
    test.app.inject({ url: '/v4/account', remoteAddress: '10.2.2.2', headers: bearer(with_) })
  expect((await ask(token)).statusCode).toBe(200)
  for (let attempt = 0; attempt < 61; attempt += 1) await ask('bob_acc_revoked')
  expect((await ask('bob_acc_revoked')).statusCode).toBe(429)
  expect((await ask(token)).statusCode).toBe(200)
})

it('a claim is looked at in depth only with a token that was made here', async () => {
  const send = (body: object) =>
    test.app.inject({
      method: 'POST',
      url: `/flows/${random()}/claim`,
      remoteAddress: '10.3.3.3',
      payload: { app_key: random(), display: 'popup', function: 'addSource', type: 'x', ...body },
    })
  const deep = { default_streams: { orders: 'not a choice' } }
  expect((await send({ ...deep, ephemeral_token: 'bob_eph_guess' })).json()).toMatchObject({
    error: 'UpgradeEphemeralToken',
    data: { reason: 'invalid' },
  })
  expect((await send(deep)).json()).toMatchObject({ error: 'InvalidOptions' })
  const { call } = await test.signUp('deep@acme.test')
  const made = (await call('POST', '/v3/sessions/ephemeral')).body as object
  expect((await send({ ...deep, ...made })).json()).toMatchObject({
    error: 'InvalidBody',
    data: { paths: expect.any(Object) },
  })
  const large = await send({ default_streams: { ['x'.repeat(65_536)]: true } })
  expect(large.statusCode).toBe(413)
  expect(large.json()).toMatchObject({ error: 'InvalidBody', data: { reason: 'too_large' } })
})

it('an access token has ten streams open, the next is refused, and a closed one makes room', async () => {
  const { token } = await test.signUp('streams@acme.test')
  const other = await test.signUp('other-streams@acme.test')
  const url = await test.app.listen({ port: 0, host: '127.0.0.1' })
  const open = async (with_: string) => {
    const abort = new AbortController()
    const headers = { ...bearer(with_), accept: 'text/event-stream' }
    const reply = await fetch(`${url}/v4/events`, { headers, signal: abort.signal })
    return { reply, close: () => abort.abort() }
  }
  const streams = []
  for (let number = 0; number < 10; number += 1) streams.push(await open(token))
  expect(streams.map(({ reply }) => reply.status)).toEqual(Array.from({ length: 10 }, () => 200))
  const refused = await open(token)
  expect(refused.reply.status).toBe(429)
  expect(await refused.reply.json()).toMatchObject({
    error: 'RateLimited',
    data: { reason: 'too_many_streams' },
  })
  streams.push(await open(other.token))
  expect(streams.at(-1)?.reply.status).toBe(200)
  streams.shift()?.close()
  await expect
    .poll(async () => {
      const again = await open(token)
      streams.push(again)
      return again.reply.status
    })
    .toBe(200)
  for (const { close } of streams) close()
})
