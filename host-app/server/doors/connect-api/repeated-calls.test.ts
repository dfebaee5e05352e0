import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createShop, shop } from '../../testing/shop.testing.ts'
import { createTestApp, partner, person, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

let test: TestApp
let account: TestAccount

beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterAll(() => test.close())

async function send(
  method: 'POST' | 'PUT' | 'GET',
  url: string,
  { token = account.token, payload, ...headers }: Record<string, unknown> = {},
) {
  const reply = await test.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${String(token)}`, ...(headers as Record<string, string>) },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  return { status: reply.statusCode, headers: reply.headers, body: reply.json() as Record<string, unknown> }
}

const sourceCount = async (one: TestAccount) => {
  const list = (await one.call('GET', '/v4/sources')).body as unknown[]
  return list.length
}

describe('a call with an Idempotency-Key', () => {
  it('does nothing twice, and is answered the same', async () => {
    const payload = { ...shop, display_name: 'Once' }
    const first = await send('POST', '/v4/sources', { payload, 'idempotency-key': 'one' })
    const again = await send('POST', '/v4/sources', { payload, 'idempotency-key': 'one' })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await sourceCount(account)).toBe(1)
  })

  it('that races with itself does its work once', async () => {
    const racer = await test.signUp('racer@acme.test')
    const call = () =>
      send('POST', '/v4/sources', { payload: shop, token: racer.token, 'idempotency-key': 'race' })
    const replies = await Promise.all(Array.from({ length: 20 }, call))
    expect(new Set(replies.map(({ body }) => body['id'])).size).toBe(1)
    expect(await sourceCount(racer)).toBe(1)
  })

  it('gives a token again, which is nowhere in the store in clear', async () => {
    const call = () => send('POST', '/v3/sessions/ephemeral', { 'idempotency-key': 'token' })
    const [first, again] = [await call(), await call()]
    expect(again.body).toEqual(first.body)
    const rows = await test.services.database.read.selectFrom('idempotent_reply').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(first.body['ephemeral_token'])
  })

  it('of another account is another key', async () => {
    const other = await test.signUp('other@acme.test')
    const mine = await send('POST', '/v3/sessions/ephemeral', { 'idempotency-key': 'shared' })
    const theirs = await send('POST', '/v3/sessions/ephemeral', {
      token: other.token,
      'idempotency-key': 'shared',
    })
    expect(theirs.status).toBe(200)
    expect(theirs.body).not.toEqual(mine.body)
  })

  it('tells who has no partner secret nothing of its being used', async () => {
    const payload = { ...person, ...partner, email: 'unguessed@acme.test' }
    const call = (change: object) =>
      send('POST', '/v3/accounts', { payload: { ...payload, ...change }, 'idempotency-key': 'partner-key' })
    expect((await call({})).status).toBe(200)
    expect(await call({ partner_secret: 'a guess of somebody else' })).toMatchObject({
      status: 403,
      body: { error: 'AccessDenied' },
    })
  })

  it('for another request is a Conflict', async () => {
    await send('POST', '/v3/sessions/ephemeral', { 'idempotency-key': 'reused' })
    const payload = { expires_in: 60 }
    const other = await send('POST', '/v3/sessions/ephemeral', { payload, 'idempotency-key': 'reused' })
    expect(other).toMatchObject({
      status: 409,
      body: { error: 'Conflict', data: { reason: 'idempotency_key_reused' } },
    })
  })

  it('that was refused may be sent again', async () => {
    const bad = { type: 'platform.nothing', display_name: 'Nothing' }
    expect(await send('POST', '/v4/sources', { payload: bad, 'idempotency-key': 'mended' })).toMatchObject({
      status: 422,
    })
    const good = { ...shop, display_name: 'Mended' }
    expect(await send('POST', '/v4/sources', { payload: good, 'idempotency-key': 'mended' })).toMatchObject({
      status: 200,
    })
  })

  it('creates an account once, for the partner', async () => {
    const payload = { ...person, ...partner, email: 'once@acme.test' }
    const call = () =>
      test.app.inject({ method: 'POST', url: '/v3/accounts', payload, headers: { 'idempotency-key': 'p' } })
    const [first, again] = [await call(), await call()]
    expect([first.statusCode, again.statusCode]).toEqual([200, 200])
    expect(again.json()).toEqual(first.json())
  })

  it.each(['', 'a b', 'ü', 'x'.repeat(256)])('of a wrong form is refused: %j', async (key) => {
    expect(await send('POST', '/v3/sessions/ephemeral', { 'idempotency-key': key })).toMatchObject({
      status: 400,
      body: { error: 'BadRequest' },
    })
  })
})

describe('a change with If-Match', () => {
  it('is made while the source is as it was read, and refused once it has changed', async () => {
    const { id } = await createShop(await test.signUp('etag@acme.test').then((one) => (account = one)))
    const url = `/v4/sources/${id}`
    const read = await send('GET', url)
    const etag = String(read.headers['etag'])
    const first = await send('PUT', url, { payload: { display_name: 'First' }, 'if-match': etag })
    expect(first.status).toBe(200)
    expect(first.headers['etag']).not.toBe(etag)
    const late = await send('PUT', url, { payload: { display_name: 'Late' }, 'if-match': etag })
    expect(late).toMatchObject({ status: 412, body: { error: 'PreconditionFailed' } })
    expect(source.parse((await send('GET', url)).body).display_name).toBe('First')
    const blind = await send('PUT', url, { payload: { display_name: 'Blind' } })
    expect(blind.status).toBe(200)
  })

  it('guards the account as well', async () => {
    const etag = String((await send('GET', '/v4/account')).headers['etag'])
    const payload = { allowed_origins: ['https://a.example'] }
    expect((await send('PUT', '/v4/account', { payload, 'if-match': etag })).status).toBe(200)
    expect((await send('PUT', '/v4/account', { payload, 'if-match': etag })).status).toBe(412)
    expect((await send('PUT', '/v4/account', { payload, 'if-match': '*' })).status).toBe(200)
  })
})
