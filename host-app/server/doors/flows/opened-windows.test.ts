import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { page } from '../../testing/flow.testing.ts'

const elsewhere = 'https://other.customer.test'
const slug = 'test-shop'

let test: TestApp
let account: TestAccount
let stranger: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  stranger = await test.signUp('eve@acme.test')
  for (const one of [account, stranger]) {
    await one.call('PUT', '/v4/account', { allowed_origins: [page, elsewhere] })
  }
})
afterAll(() => test.close())

interface Authorization {
  id: string
  status: string
  authorize_url: string
}

/** What one of the calls answers; which, the test knows. */
interface Reply {
  ott: string
  connection: { authorization: Authorization }
  authorization: Authorization
}

interface Page {
  ott(origin?: string): Promise<string>
  connect(id?: string): Promise<{ id: string; status: string; start: string }>
  status(id: string): Promise<Authorization>
}

/** The page of an account, as xkit.js calls for it. */
async function openPage(of: TestAccount): Promise<Page> {
  const { body } = await of.call('POST', `/customer/${of.id}/token`, {})
  const { token } = body as { token: string }
  const call = async (method: 'GET' | 'POST', path: string, payload?: object, origin = page) => {
    const reply = await test.app.inject({
      method,
      url: `/api/platform_user${path}`,
      headers: { authorization: `Bearer ${token}`, origin },
      ...(payload && { payload }),
    })
    return reply.json() as Reply
  }
  return {
    ott: async (origin) => (await call('POST', '/sessions/ott', undefined, origin)).ott,
    async connect(id) {
      const { connection } = await call('POST', `/connections/${slug}`, id === undefined ? {} : { id })
      const { authorization } = connection
      const start = new URL(authorization.authorize_url)
      return { id: authorization.id, status: authorization.status, start: start.pathname }
    },
    status: async (id) => (await call('GET', `/authorizations/${slug}/${id}`)).authorization,
  }
}

/** A browser: it keeps cookies. */
function openBrowser() {
  const jar = new Map<string, string>()
  async function go(url: string) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await test.app.inject({ url, headers: cookie ? { cookie } : {} })
    for (const header of [reply.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (name !== undefined && value !== undefined) jar.set(name, value)
    }
    return reply
  }
  return {
    go,
    jar,
    login: (ott: string, opener = page) =>
      go(`/authorizations/${slug}/loading?opener_origin=${encodeURIComponent(opener)}&token=${ott}`),
  }
}

it('leads the browser that was logged in into the wizard of its account', async () => {
  const own = await openPage(account)
  const { id, status, start } = await own.connect()
  expect(status).toBe('awaiting_callback')
  const browser = openBrowser()
  expect((await browser.login(await own.ott())).statusCode).toBe(200)
  const begun = await browser.go(start)
  expect(begun.statusCode).toBe(303)
  const wizard = await browser.go(begun.headers.location!)
  expect(wizard.statusCode).toBe(200)
  expect(wizard.body).toContain('Test shop')
  // Again, as a reload does: the same flow.
  expect((await browser.go(start)).headers.location).toBe(begun.headers.location)
  expect(await own.status(id)).toMatchObject({ id, status: 'awaiting_callback' })
})

it('opens nothing for a browser that was not logged in', async () => {
  const { start } = await (await openPage(account)).connect()
  expect((await openBrowser().go(start)).statusCode).toBe(404)
})

it('opens nothing in a second browser, even one that is logged in for the same account', async () => {
  const own = await openPage(account)
  const { start } = await own.connect()
  const [first, second] = [openBrowser(), openBrowser()]
  await first.login(await own.ott())
  await second.login(await own.ott())
  const { headers } = await first.go(start)
  expect((await second.go(start)).headers.location).toBe(headers.location)
  const wizard = await second.go(headers.location!)
  expect(wizard.statusCode).toBe(409)
  expect(wizard.body).toContain('Open in another browser')
})

it('two starts at once are one flow', async () => {
  const own = await openPage(account)
  const { start } = await own.connect()
  const browser = openBrowser()
  await browser.login(await own.ott())
  const found = await Promise.all([browser.go(start), browser.go(start)])
  expect(new Set(found.map(({ headers }) => headers.location)).size).toBe(1)
})

it("a window that somebody logged in for their own account gets nowhere with a victim's authorization, nor the other way round", async () => {
  const [own, evil] = [await openPage(account), await openPage(stranger)]
  const [{ start: ours }, { start: theirs }] = [await own.connect(), await evil.connect()]
  const victim = openBrowser()
  await victim.login(await own.ott())
  expect((await victim.go(theirs)).statusCode).toBe(404)
  await victim.login(await evil.ott())
  expect((await victim.go(ours)).statusCode).toBe(404)
})

it("a browser that was made to log in for a stranger's account does nothing there unasked", async () => {
  const evil = await openPage(stranger)
  const { start } = await evil.connect()
  const victim = openBrowser()
  await victim.login(await evil.ott())
  const { headers } = await victim.go(start)
  const [name, value] = [...victim.jar].find(([one]) => one.startsWith('bobbin-'))!
  const reply = await test.app.inject({
    method: 'POST',
    url: `${headers.location}/form`,
    headers: { origin: test.services.config.url, cookie: `${name}=${value}` },
    payload: { display_name: 'Shop', properties: {} },
  })
  expect(reply.statusCode).toBe(403)
  expect(reply.json()).toMatchObject({ error: 'AccessDenied', data: { reason: 'consent' } })
})

it('a one-time token logs in once', async () => {
  const ott = await (await openPage(account)).ott()
  expect((await openBrowser().login(ott)).statusCode).toBe(200)
  const second = openBrowser()
  expect((await second.login(ott)).statusCode).toBe(403)
  expect(second.jar.size).toBe(0)
})

it('of two who come with a one-time token at once, one is logged in', async () => {
  const ott = await (await openPage(account)).ott()
  const replies = await Promise.all([openBrowser().login(ott), openBrowser().login(ott)])
  expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 403])
})

it('a one-time token is for the page that asked for it, and another is not told to be ready', async () => {
  const own = await openPage(account)
  const browser = openBrowser()
  const reply = await browser.login(await own.ott(), elsewhere)
  expect(reply.statusCode).toBe(403)
  expect(reply.body).toContain('data-error=')
  expect(browser.jar.size).toBe(0)
  const { start } = await own.connect()
  await browser.login(await own.ott(elsewhere), elsewhere)
  expect((await browser.go(start)).statusCode).toBe(404)
})

it.each([
  ['a minute is over', { expires_at: 1 }],
  ['the token that it was made with has ended', null],
])('a one-time token is no longer good when %s', async (_, change) => {
  const own = await openPage(account)
  const ott = await own.ott()
  await test.services.database.write(async (tx) => {
    if (change)
      await tx.db.updateTable('popup_login').set(change).where('account_id', '=', account.id).execute()
    else await tx.db.deleteFrom('customer_token').where('account_id', '=', account.id).execute()
  })
  expect((await openBrowser().login(ott)).statusCode).toBe(403)
})

it('a window that was logged in gets nowhere once its token has ended', async () => {
  const own = await openPage(account)
  const { start } = await own.connect()
  const browser = openBrowser()
  await browser.login(await own.ott())
  await test.services.database.write((tx) =>
    tx.db.deleteFrom('customer_token').where('account_id', '=', account.id).execute(),
  )
  expect((await browser.go(start)).statusCode).toBe(404)
})

it('what was not begun in time is over', async () => {
  const own = await openPage(account)
  const { start } = await own.connect()
  const browser = openBrowser()
  await browser.login(await own.ott())
  await test.services.database.write((tx) =>
    tx.db
      .updateTable('popup_authorization')
      .set({ start_until: 1 })
      .where('account_id', '=', account.id)
      .execute(),
  )
  expect((await browser.go(start)).statusCode).toBe(410)
})

it.each(['', 'null', 'javascript:alert(1)', 'https://a.test/path', 'https://*.test', '"><script>'])(
  'a page that calls itself %j is told nothing',
  async (opener) => {
    const query = `opener_origin=${encodeURIComponent(opener)}`
    for (const path of ['/authorizations/loading', `/authorizations/${slug}/loading`]) {
      const reply = await openBrowser().go(`${path}?${query}&token=x`)
      expect(reply.statusCode).toBe(400)
      expect(reply.body).not.toContain('data-opener')
      expect(reply.body).not.toContain('<script>')
    }
  },
)

it('no secret is stored as it is', async () => {
  const ott = await (await openPage(account)).ott()
  const browser = openBrowser()
  await browser.login(ott)
  const rows = JSON.stringify(
    await test.services.database.read.selectFrom('popup_login').selectAll().execute(),
  )
  expect(rows).not.toContain(ott)
  for (const secret of browser.jar.values()) expect(rows).not.toContain(secret)
})

it("another account's authorization is none", async () => {
  const { id } = await (await openPage(account)).connect()
  expect(await (await openPage(stranger)).status(id)).toBeUndefined()
})
