import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestPage, customerToken, page, prefix, signUpWithPage } from './catalog.testing.ts'

let test: TestApp
let account: TestAccount
let other: TestAccount
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_URL: 'https://connect.bobbin.test' })
  account = await signUpWithPage(test, 'anna@acme.test')
  other = await signUpWithPage(test, 'otto@other.test')
})
afterAll(() => test.close())

const tokenOf = (of = account, body?: object, key?: string) => customerToken(test, of, body, key)

async function loggedIn(of = account) {
  const browser = createTestPage(test)
  expect(await browser.call('POST', '/sessions', { token: await tokenOf(of) })).toMatchObject({
    status: 201,
    body: {},
  })
  return browser
}

/** As whom a page is known by its cookie. */
const known = async (browser: ReturnType<typeof createTestPage>) =>
  (await browser.call('GET', '/session')).body.customer_id as number | undefined

describe('a session', () => {
  it('is a cookie that other sites send, and no script reads', async () => {
    const { headers } = await createTestPage(test).call('POST', '/sessions', { token: await tokenOf() })
    expect(headers['set-cookie']).toMatch(
      /^__Host-bobbin_session-[0-9a-f]{16}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned; Max-Age=3(599|600)$/,
    )
  })

  it('says whose it is and when it ends, as its token does', async () => {
    const browser = await loggedIn()
    const { status, body } = await browser.call('GET', '/session')
    expect([status, body.customer_id]).toEqual([200, account.id])
    const left = Date.parse(body.expires_at) - Date.now()
    expect(left).toBeGreaterThan(3_500_000)
    expect(left).toBeLessThanOrEqual(3_600_000)
  })

  it('counts for the page that made it, and with an origin alone', async () => {
    const browser = await loggedIn()
    for (const from of ['https://evil.test', 'https://app.acme.test.evil.test', 'null', null]) {
      for (const [method, path] of [
        ['GET', '/session'],
        ['GET', '/connectors'],
        ['GET', '/connections'],
        ['POST', '/sessions/token'],
        ['DELETE', '/connection/1'],
      ] as const) {
        const { status, body } = await browser.call(method, path, { from })
        expect([from, path, status, body.error]).toEqual([from, path, 401, 'Unauthorized'])
      }
    }
    expect(await known(browser)).toBe(account.id)
  })

  it('of one page is none of another, though the account allows both', async () => {
    const second = 'https://admin.acme.test'
    await account.call('PUT', '/v4/account', { allowed_origins: [page, second] })
    const browser = await loggedIn()
    // Under the name that the other's would have, as somebody would put it who can.
    const [secret = ''] = [...browser.jar.values()]
    const elsewhere = createTestPage(test, second)
    await elsewhere.call('POST', '/sessions', { token: await tokenOf() })
    const [name = ''] = [...elsewhere.jar.keys()]
    const cookie = `${name}=${secret}`
    expect(await elsewhere.call('GET', '/session', { cookie })).toMatchObject({ status: 401 })
    await elsewhere.call('DELETE', '/sessions', { cookie })
    expect(await known(browser)).toBe(account.id)
    await elsewhere.call('POST', '/sessions', { token: await tokenOf() })
    await account.call('PUT', '/v4/account', { allowed_origins: [page] })
    // And a list that no longer has its page refuses it.
    expect(await elsewhere.call('GET', '/session')).toMatchObject({
      status: 403,
      body: { error: 'OriginNotAllowed' },
    })
  })

  it('is not begun by a page that the token does not name, nor by what is no token', async () => {
    const evil = createTestPage(test, 'https://evil.test')
    expect(await evil.call('POST', '/sessions', { token: await tokenOf() })).toMatchObject({ status: 403 })
    expect(evil.jar.size).toBe(0)
    const browser = createTestPage(test)
    for (const token of ['bob_cus_nope', account.token, 'x'.repeat(600), '']) {
      expect((await browser.call('POST', '/sessions', { token })).status).toBe(401)
    }
    expect(browser.jar.size).toBe(0)
  })

  it('gives way to a token that comes beside it, a wrong one too', async () => {
    const browser = await loggedIn()
    expect((await browser.call('GET', '/session', { token: await tokenOf(other) })).body.customer_id).toBe(
      other.id,
    )
    expect((await browser.call('GET', '/session', { token: 'bob_cus_nope' })).status).toBe(401)
  })

  it('ends by logout, with the tokens that were made in it, and no other', async () => {
    const [browser, second] = [await loggedIn(), await loggedIn()]
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join()
    const { access_token: made } = (await browser.call('POST', '/sessions/token')).body
    const { access_token: kept } = (await second.call('POST', '/sessions/token')).body
    const read = async (token: string) => (await second.call('GET', '/session', { token })).status
    expect([await read(made), await read(kept)]).toEqual([200, 200])
    expect((await browser.call('DELETE', '/sessions')).status).toBe(204)
    expect(browser.jar.size).toBe(0)
    expect((await browser.call('GET', '/session', { cookie })).status).toBe(401)
    expect([await read(made), await read(kept), await known(second)]).toEqual([401, 200, account.id])
    // Once more, and without one: there is nothing to say against it.
    expect((await browser.call('DELETE', '/sessions')).status).toBe(204)
  })

  it('is not ended from elsewhere', async () => {
    const browser = await loggedIn()
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join()
    const evil = createTestPage(test, 'https://evil.test')
    expect((await evil.call('DELETE', '/sessions', { cookie })).status).toBe(204)
    expect(await evil.call('DELETE', '/sessions', { cookie, from: null })).toMatchObject({ status: 403 })
    expect(await known(browser)).toBe(account.id)
  })

  it('takes the place of the one before', async () => {
    const browser = await loggedIn()
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join()
    await browser.call('POST', '/sessions', { token: await tokenOf(other) })
    expect([browser.jar.size, await known(browser)]).toEqual([1, other.id])
    expect((await browser.call('GET', '/session', { cookie })).status).toBe(401)
  })

  it('outlives a login by a token that was made in it', async () => {
    const browser = await loggedIn()
    const { access_token: token } = (await browser.call('POST', '/sessions/token')).body
    expect((await browser.call('POST', '/sessions', { token })).status).toBe(201)
    expect(await known(browser)).toBe(account.id)
    expect((await browser.call('GET', '/session', { token })).status).toBe(200)
  })

  it('ends with the access token that made its token, and so does what was made in it', async () => {
    const made = await account.call('POST', '/v4/access-tokens', { name: 'Pages' })
    const { id, access_token: key } = made.body as { id: string; access_token: string }
    const browser = createTestPage(test)
    await browser.call('POST', '/sessions', { token: await tokenOf(account, {}, key) })
    const { access_token: token } = (await browser.call('POST', '/sessions/token')).body
    await account.call('DELETE', `/v4/access-tokens/${id}`)
    expect(await known(browser)).toBeUndefined()
    expect((await browser.call('GET', '/session', { token })).status).toBe(401)
  })

  it('ends with its time, and so does a token that was made in it; neither stays in the store', async () => {
    const browser = createTestPage(test)
    const short = await tokenOf(account, { validity_in_seconds: 1 })
    await browser.call('POST', '/sessions', { token: short })
    const { access_token: token } = (await browser.call('POST', '/sessions/token')).body
    await expect
      .poll(() => browser.call('GET', '/session', token ? { token } : {}))
      .toMatchObject({ status: 401 })
    expect(await known(browser)).toBeUndefined()
    const { pageSessions, customerTokens, database } = test.services
    await Promise.all([pageSessions.deleteOld(), customerTokens.deleteOld()])
    for (const table of ['page_session', 'customer_token'] as const) {
      const left = await database.read
        .selectFrom(table)
        .select('account_id')
        .where('expires_at', '<=', Date.now() - 1_000)
        .execute()
      expect(left).toEqual([])
    }
  })

  it('is stored as a hash', async () => {
    const browser = await loggedIn()
    const [secret = ''] = [...browser.jar.values()]
    const { access_token: token } = (await browser.call('POST', '/sessions/token')).body
    const { read } = test.services.database
    const rows = [
      await read.selectFrom('page_session').selectAll().execute(),
      await read.selectFrom('customer_token').selectAll().execute(),
    ]
    expect(secret).toHaveLength(43)
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(token.slice('bob_cus_'.length))
  })
})

describe('another token', () => {
  it('has the rights of the first and its end', async () => {
    const origin = 'https://other.acme.test'
    const browser = createTestPage(test, origin)
    const first = await tokenOf(account, { allowed_origins: [origin], validity_in_seconds: 60 })
    const { access_token: token } = (await browser.call('POST', '/sessions/token', { token: first })).body
    expect(token).toMatch(/^bob_cus_[\w-]{43}$/)
    expect(token).not.toBe(first)
    const ends = async (one: string) =>
      (await browser.call('GET', '/session', { token: one })).body.expires_at
    expect(await ends(token)).toBe(await ends(first))
    expect((await browser.call('GET', '/session', { token, from: page })).status).toBe(403)
  })
})

describe('every answer', () => {
  it('may be read by the page that asked, with its cookie, and by no other', async () => {
    const evil = 'https://evil.test'
    for (const [origin, path, status] of [
      [page, '/session', 401],
      [page, '/platform', 200],
      [evil, '/session', 401],
      [page, '/nope', 404],
    ] as const) {
      const { headers, ...reply } = await createTestPage(test, origin).call('GET', path)
      expect([path, reply.status]).toEqual([path, status])
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'cache-control': 'no-store',
        vary: 'Origin',
      })
    }
    const { headers } = await createTestPage(test, null).call('GET', '/platform')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is asked about before a page calls', async () => {
    const reply = await test.app.inject({
      method: 'OPTIONS',
      url: `${prefix}/connection/7`,
      headers: {
        origin: page,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization, content-type, xkit-js-version',
      },
    })
    expect(reply.statusCode).toBe(204)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type, xkit-js-version',
      vary: 'Access-Control-Request-Headers, Origin',
    })
  })
})

it('a page that asks again and again whether it is logged in is not shut out, one that tries tokens is', async () => {
  const strict = await createTestApp({ BOBBIN_RATE_LIMIT_REFUSED: '3' })
  const visitor = createTestPage(strict)
  for (let times = 0; times < 5; times += 1) {
    expect((await visitor.call('POST', '/sessions/token')).status).toBe(401)
  }
  for (let times = 0; times < 5; times += 1) await visitor.call('GET', '/session', { token: 'bob_cus_nope' })
  expect((await visitor.call('GET', '/session', { token: 'bob_cus_nope' })).status).toBe(429)
  await strict.close()
})
