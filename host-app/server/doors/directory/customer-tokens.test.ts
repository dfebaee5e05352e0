import { createdCustomerToken } from '@bobbin/shared/customer-token'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, partner, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

const organisation = `${partner.partner_id}:${partner.partner_secret}`
const page = 'https://app.acme.test'
const hour = 3_600_000

let test: TestApp
let account: TestAccount
let other: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp('anna@acme.test')
  other = await test.signUp('otto@other.test')
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

async function make(key: string, id: number | string, body: object = {}, headers = {}) {
  const reply = await test.app.inject({
    method: 'POST',
    url: `/customer/${id}/token`,
    headers: { authorization: `Bearer ${key}`, ...headers },
    payload: body,
  })
  return { status: reply.statusCode, body: reply.json() }
}

async function tokenOf(body?: object, key = organisation): Promise<string> {
  return createdCustomerToken.parse((await make(key, account.id, body)).body).token
}

async function read(token: string, origin: string | undefined = page, url = '/connector') {
  const reply = await test.app.inject({
    url,
    headers: { authorization: `Bearer ${token}`, ...(origin === '' ? {} : { origin }) },
  })
  return { status: reply.statusCode, body: reply.json(), headers: reply.headers }
}

describe('a customer token', () => {
  it.each([
    ['the organisation', () => organisation],
    ['the account itself', () => account.token],
  ])('is made by %s, and lives an hour', async (_, key) => {
    const before = Date.now()
    const { status, body } = await make(key(), account.id)
    const made = createdCustomerToken.strict().parse(body)
    expect([status, made.customer_id]).toEqual([200, account.id])
    expect(made.token).toMatch(/^bob_cus_[\w-]{43}$/)
    expect(Date.parse(made.expires_at) - before).toBeGreaterThanOrEqual(hour - 1)
    expect(Date.parse(made.expires_at) - before).toBeLessThan(hour + 60_000)
    const list = await read(made.token)
    expect([list.status, list.body.total]).toEqual([200, list.body.items.length])
    expect(list.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
  })

  it('is not made for another account, nor for one that is not there', async () => {
    expect(await make(account.token, other.id)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
    for (const id of [999_999, 0, -1, 'me', '1e1', '2147483648']) {
      expect(await make(organisation, id)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
    }
  })

  it('makes no other: a page has no key', async () => {
    expect(await make(await tokenOf(), account.id, {}, { origin: page })).toMatchObject({ status: 401 })
  })

  it('opens nothing but the directory', async () => {
    const token = await tokenOf()
    for (const url of ['/v4/account', '/v4/sources', '/v4/source-types', '/v4/access-tokens']) {
      expect([url, (await read(token, page, url)).status]).toEqual([url, 401])
    }
    const ephemeral = await test.app.inject({
      method: 'POST',
      url: '/v3/sessions/ephemeral',
      headers: { authorization: `Bearer ${token}`, origin: page },
    })
    expect(ephemeral.statusCode).toBe(401)
  })

  it('counts on the pages that it is for, and on no other', async () => {
    const token = await tokenOf()
    const own = await tokenOf({ allowed_origins: ['https://other.acme.test'] })
    expect((await read(token)).status).toBe(200)
    expect((await read(own, 'https://other.acme.test')).status).toBe(200)
    for (const [name, origin] of [
      [token, 'https://evil.test'],
      [token, 'https://app.acme.test.evil.test'],
      [token, 'http://app.acme.test'],
      [token, 'null'],
      [token, ''],
      [own, page],
    ] as const) {
      expect(await read(name, origin)).toMatchObject({ status: 403, body: { error: 'OriginNotAllowed' } })
    }
    expect((await read(token, 'https://evil.test')).body.data.origin).toBe('https://evil.test')
  })

  it.each([
    [{ validity_in_seconds: 0 }, 'validity_in_seconds'],
    [{ validity_in_seconds: 86_401 }, 'validity_in_seconds'],
    [{ validity_in_seconds: '60' }, 'validity_in_seconds'],
    [{ allowed_origins: ['https://app.acme.test/page'] }, 'allowed_origins.0'],
    [{ allowed_origins: [] }, 'allowed_origins'],
    [{ colour: 'red' }, ''],
  ])('is not made of %j', async (body, path) => {
    const made = await make(organisation, account.id, body)
    expect(made).toMatchObject({ status: 400, body: { error: 'InvalidBody' } })
    expect(Object.keys(made.body.data.paths)).toEqual([path])
  })

  it('ends with its time', async () => {
    const made = await test.services.database.write((tx) =>
      test.services.customerTokens.create(tx, account.id, { validity_in_seconds: 1 }, null),
    )
    expect(await test.services.customerTokens.find(made.token)).not.toBeNull()
    await expect.poll(() => test.services.customerTokens.find(made.token)).toBeNull()
    await test.services.customerTokens.deleteOld()
    const left = await test.services.database.read
      .selectFrom('customer_token')
      .select('account_id')
      .where('expires_at', '<=', Date.now())
      .execute()
    expect(left).toEqual([])
  })

  it('ends with the access token that made it, and the others stay', async () => {
    const made = await account.call('POST', '/v4/access-tokens', { name: 'Pages' })
    const { id, access_token: key } = made.body as { id: string; access_token: string }
    const [token, kept] = [await tokenOf({}, key), await tokenOf()]
    expect((await read(token)).status).toBe(200)
    await account.call('DELETE', `/v4/access-tokens/${id}`)
    expect([(await read(token)).status, (await read(kept)).status]).toEqual([401, 200])
  })

  it('is stored as a hash', async () => {
    const token = await tokenOf()
    const rows = await test.services.database.read.selectFrom('customer_token').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token.slice('bob_cus_'.length))
  })

  it('is asked about before a page calls', async () => {
    const reply = await test.app.inject({
      method: 'OPTIONS',
      url: '/connector?limit=5',
      headers: {
        origin: page,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })
    expect([reply.statusCode, reply.headers['access-control-allow-headers']]).toEqual([204, 'authorization'])
  })
})
