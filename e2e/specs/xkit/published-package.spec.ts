import type { Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import { expect, test as base } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { type Told, xkitSite } from '../../servers/xkit-site.ts'
import { giveConsent, submitForm } from '../popup/crm-trip.ts'

/** The published `@xkit-co/xkit.js`, unmodified, in a page on another site than our host. */

interface XkitPage {
  readonly page: Page
  readonly account: Account
  /** Clicks, and waits for what comes of the call. */
  call(name: string): Promise<unknown>
  failing(name: string): Promise<Told['error']>
  /** Clicks what opens a window. */
  open(name: string): Promise<{ window: Page; result: Promise<unknown>; error: Promise<Told['error']> }>
  events(): string[]
}

const test = base.extend<{ xkit: XkitPage }>({
  hostEnv: { BOBBIN_BROWSER_TOKENS: 'true' },

  xkit: async ({ cleanStack, page }, use) => {
    const { proxy, origins, api } = cleanStack
    const account = await api.createAccount([proxy.origin(hosts.xkit)])
    const makeToken = async () => {
      const reply = await account.call('POST', `/customer/${account.id}/token`, {})
      return (reply as { token: string }).token
    }
    const { told, answer } = xkitSite({ host: new URL(origins.wizard).host, makeToken })
    proxy.answer(hosts.xkit, answer)
    await page.goto(proxy.origin(hosts.xkit))

    async function press(name: string): Promise<Told> {
      const before = told.length
      await page.getByRole('button', { name, exact: true }).click()
      const find = () => told.slice(before).find(({ call }) => call === name)
      await expect.poll(find, { timeout: 60_000, intervals: [100] }).toBeDefined()
      return find()!
    }

    async function call(name: string): Promise<unknown> {
      const { error, value } = await press(name)
      expect(error).toBeUndefined()
      return value
    }

    async function failing(name: string) {
      const { error } = await press(name)
      expect(error).toBeDefined()
      return error
    }

    await use({
      page,
      account,
      call,
      failing,
      async open(name) {
        const opening = page.waitForEvent('popup')
        const pressed = press(name)
        // Whichever is not asked for is of no interest.
        const result = pressed.then(({ error, value }) => {
          if (error) throw new Error(error.message)
          return value
        })
        const error = pressed.then((one) => one.error)
        result.catch(() => {})
        return { window: await opening, result, error }
      },
      events: () => told.flatMap(({ event }) => (event === undefined ? [] : [event])),
    })
  },
})

/** From the page that the window is led to, to the provider and back. */
async function authorize(window: Page): Promise<void> {
  await window.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await answerProvider(window)
}

/** The window was not asked yet whose it is. */
async function authorizeAnew(window: Page): Promise<void> {
  await window.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await giveConsent(window)
  await answerProvider(window)
}

async function add(window: Page): Promise<void> {
  await submitForm(window)
  await giveConsent(window)
  await authorize(window)
}

test('the published xkit.js logs in, lists, connects, reads, authorizes anew, removes and logs out', async ({
  xkit,
  cleanStack,
}) => {
  await test.step('nobody is logged in', async () => {
    expect(await xkit.call('get platform')).toMatchObject({ name: expect.any(String) })
  })

  await test.step('log in, and list', async () => {
    await xkit.call('login')
    const connectors = (await xkit.call('list connectors')) as { slug: string }[]
    expect(connectors.map(({ slug }) => slug)).toContain('chatter')
    expect(await xkit.call('get connector')).toMatchObject({ name: 'Chatter', slug: 'chatter' })
    expect(await xkit.call('get connection or connector')).toEqual({
      connector: expect.objectContaining({ slug: 'chatter' }),
    })
    expect(await xkit.call('connection status')).toBe(0)
    expect(await xkit.call('get connection token')).toBeNull()
  })

  // Where its first try finds no session, xkit.js does not ask for a token again before the page is loaded anew.
  await test.step('load the page again: its session is there', async () => {
    await xkit.page.reload()
    expect(await xkit.call('get access token')).toBe('string')
    expect(await xkit.call('list connections')).toEqual([])
  })

  await test.step('connect, as the newer document does', async () => {
    const { window, result } = await xkit.open('add connection')
    await add(window)
    const connection = (await result) as { id: string }
    expect(connection).toMatchObject({
      enabled: true,
      authorization: { status: 'active' },
      connector: { slug: 'chatter' },
    })
    await expect.poll(() => window.isClosed()).toBe(true)
    expect(xkit.events()).toContain('connection:enable')
  })

  await test.step('read it', async () => {
    expect(await xkit.call('connection status')).toBe(2)
    expect(await xkit.call('list connections')).toHaveLength(1)
    expect(await xkit.call('list connections of chatter')).toHaveLength(1)
    expect(await xkit.call('get connection')).toMatchObject({ authorization: { status: 'active' } })
    expect(await xkit.call('get connection by id')).toMatchObject({ enabled: true })
    expect(await xkit.call('get connection token')).toEqual(expect.any(String))
  })

  await test.step('authorize anew: the id stays', async () => {
    const before = (await xkit.call('get connection')) as { id: string }
    const { window, result } = await xkit.open('reconnect')
    await authorizeAnew(window)
    expect(await result).toMatchObject({ id: before.id, authorization: { status: 'active' } })
  })

  await test.step('repair what the provider takes no more, and leave alone what it takes', async () => {
    const good = (await xkit.call('repair connection')) as { id: string }
    const { account } = xkit
    const config = (await account.call('GET', `/v4/sources/${good.id}/config`)) as { access_token: string }
    await cleanStack.endGrant(config.access_token)
    expect(await account.ask('GET', `/v4/sources/${good.id}/config?refresh=true`)).toMatchObject({
      status: 409,
    })
    expect(await xkit.call('connection status')).toBe(1)

    const { window, result } = await xkit.open('repair connection')
    await authorizeAnew(window)
    expect(await result).toMatchObject({ id: good.id, authorization: { status: 'active' } })
  })

  await test.step('remove it', async () => {
    await xkit.call('remove connection')
    expect(xkit.events()).toContain('connection:remove')
    expect(await xkit.call('connection status')).toBe(0)
    expect(await xkit.call('list connections')).toEqual([])
  })

  await test.step('connect again, as the older document does', async () => {
    const { window, result } = await xkit.open('connect')
    await add(window)
    expect(await result).toMatchObject({ enabled: true, authorization: { status: 'active' } })
    await xkit.call('disconnect')
  })

  await test.step('log out', async () => {
    await xkit.call('logout')
    expect(xkit.events()).toContain('config:update')
    await xkit.page.reload()
    expect(await xkit.failing('get access token')).toMatchObject({ message: 'Unauthorized' })
  })
})

test('a window that is closed early is cancelled, and a refusal is told in words', async ({ xkit }) => {
  await xkit.call('login by a function')
  const closed = await xkit.open('connect')
  await closed.window.getByRole('button', { name: 'Continue', exact: true }).waitFor()
  await closed.window.close({ runBeforeUnload: true })
  expect(await closed.error).toMatchObject({ message: 'Installation cancelled.' })
  expect(await xkit.call('list connections')).toEqual([])

  const refused = await xkit.open('connect')
  await submitForm(refused.window)
  await giveConsent(refused.window)
  await refused.window.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await answerProvider(refused.window, { answer: 'Deny' })
  await refused.window.getByRole('button', { name: 'Cancel' }).click()
  await refused.window.getByRole('button', { name: 'Discard and close' }).click()
  expect(await refused.error).toMatchObject({
    message: 'Error authorizing connection.',
    code: 'AuthorizeFailure',
  })
  expect(await xkit.call('list connections')).toEqual([])
})
