import type { Browser, Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { appName } from '../../stack.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { createCrmSource, expectProvider } from '../popup/crm-trip.ts'
import { expectMet } from './met.ts'
import { ask, claim, randomId } from './scripted-page.ts'

/**
 * Somebody starts a flow for their own account and mails its link: who follows it must not connect their
 * data to a stranger's account unawares.
 */

const type = 'platform.hp-postgres'

for (const { name, isClaimedFirst } of [
  { name: 'a flow that was begun', isClaimedFirst: true },
  { name: 'a flow that is begun once the link was followed', isClaimedFirst: false },
]) {
  test(
    `who follows a mailed link is asked first, and nothing is sent before: ${name}`,
    {
      tag: ['@popup-57', '@attack'],
    },
    async ({ browser, cleanStack, account, database }) => {
      const { origins } = cleanStack
      const flowId = randomId()
      const begin = async () => {
        const claimed = await claim(cleanStack, flowId, {
          app_key: randomId(),
          ephemeral_token: await account.createToken(),
          type,
        })
        expect(claimed.status).toBe(200)
      }
      if (isClaimedFirst) await begin()
      const victim = await openWindow(
        browser,
        `${origins.wizard}/connect/${flowId}?function=addSource&type=${type}`,
      )
      await expect(victim.getByRole('button', { name: 'Continue' })).toBeEnabled()
      if (!isClaimedFirst) await begin()
      await fillPostgresForm(victim, { ...database, name: 'Shop' })

      await expect(victim.getByRole('heading', { level: 1, name: 'Is this you?' })).toBeVisible()
      const facts = victim.getByRole('main')
      await expect(facts).toContainText(appName)
      await expect(facts).toContainText('Tailor & Daughters')
      await expect(facts).toContainText('PostgreSQL')
      await expect(facts).toContainText(origins.opener)
      expect(await account.call('GET', '/v4/sources')).toEqual([])

      const around = await postAsWizard(victim, `/connect/${flowId}/form`, {
        display_name: 'Shop',
        properties: {},
      })
      expect(around).toMatchObject({ status: 403, error: 'AccessDenied' })
      expect(await account.call('GET', '/v4/sources')).toEqual([])

      await victim.getByRole('button', { name: `Continue to ${appName}` }).click()
      await passCheck(victim)
      await selectStreams(victim, ['orders'])
      await expectAllSet(victim)
      expect(await account.call('GET', '/v4/sources')).toMatchObject([{ type, display_name: 'Shop' }])
      await victim.context().close()
    },
  )
}

test(
  'who follows a mailed link reaches the provider only after agreeing, whichever way they try',
  {
    tag: ['@popup-57', '@attack'],
  },
  async ({ browser, cleanStack, account }) => {
    const { origins, proxy } = cleanStack
    const id = await createCrmSource(account)
    const flowId = randomId()
    await claim(cleanStack, flowId, {
      app_key: randomId(),
      ephemeral_token: await account.createToken(),
      function: 'authorizeSource',
      id,
    })
    const victim = await openWindow(browser, `${origins.wizard}/connect/${flowId}`)
    const authorize = victim.getByRole('link', { name: 'Authorize with Demo CRM' })
    await expect(authorize).toBeVisible()
    const address = (await authorize.getAttribute('href')) ?? ''
    expect(address).toContain('ticket=')

    await victim.goto(origins.wizard + address)
    await expect(authorize).toBeVisible()
    expect(proxy.requests.filter(({ url }) => url.startsWith('/auth?'))).toEqual([])

    await authorize.click()
    await expect(victim.getByRole('heading', { level: 1, name: 'Is this you?' })).toBeVisible()
    await expect(victim.getByRole('main')).toContainText(origins.opener)
    await victim.getByRole('button', { name: `Continue to ${appName}` }).click()
    await expectProvider(victim)
    await victim.context().close()
  },
)

test(
  'a flow that one browser has begun cannot be gone on with in another',
  {
    tag: ['@popup-47', '@attack'],
  },
  async ({ browser, cleanStack, customer }) => {
    const { wizard, call } = await customer.open('addSource', { type })
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
    await expectMet(customer)
    const thief = await openWindow(browser, wizard.url())
    await expect(thief.getByRole('heading', { level: 1, name: 'Open in another browser' })).toBeVisible()

    const path = new URL(wizard.url()).pathname
    const cookie = {
      cookie: `__Host-bobbin-${path.split('/')[2]}=AAAAAAAAAAAAAAAAAAAAAA.m00000.${'A'.repeat(43)}`,
    }
    for (const call of ['state', 'streams', `presence?doc=${randomId()}`]) {
      expect((await ask(cleanStack, 'GET', `${path}/${call}`)).status).toBe(404)
      expect((await ask(cleanStack, 'GET', `${path}/${call}`, { headers: cookie })).status).toBe(404)
    }
    expect(call.isPending()).toBe(true)
    await thief.context().close()
  },
)

/** A person with a browser of their own. */
async function openWindow(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: null })
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** A request that the wizard's own page makes, whatever its screen says. */
function postAsWizard(wizard: Page, path: string, body: unknown): Promise<{ status: number; error: string }> {
  return wizard.evaluate(
    async ([to, text]) => {
      const headers = { 'Content-Type': 'application/json' }
      const response = await fetch(to, { method: 'POST', body: text, headers })
      return { ...(await response.json()), status: response.status }
    },
    [path, JSON.stringify(body)] as const,
  )
}
