import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, demoCrm, expectStreams, submitForm } from '../popup/crm-trip.ts'
import { expectResult } from '../popup/promises.ts'
import { takeOverProvider } from './evil-provider.ts'
import { expectMet } from './met.ts'

/** Where a secret must never be: addresses, referrers, logs, and messages that any page could read. */

test(
  'no token, key, cookie or code is in an address, a referrer, a log, or a message that others can read',
  {
    tag: ['@popup-50', '@attack'],
  },
  async ({ context, cleanStack, account, customer }) => {
    const { origins, proxy } = cleanStack
    // The provider's page keeps its hold on the opener, so that it hears whatever is said to the window.
    await context.addInitScript((wizardOrigin) => {
      if (location.origin !== wizardOrigin) return
      const { opener } = window
      Object.defineProperty(window, 'opener', { get: () => opener, set() {} })
    }, origins.wizard)
    const given = customer.page.waitForResponse((response) => response.url().endsWith('/token'))
    const claimed = customer.page.waitForRequest((request) => request.url().endsWith('/claim'))
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    const { ephemeral_token: token } = (await (await given).json()) as { ephemeral_token: string }
    const claim = (await claimed).postData() ?? ''
    expect(claim).toContain(token)
    const { app_key: appKey } = JSON.parse(claim) as { app_key: string }
    await expectMet(customer)
    await submitForm(wizard)

    const evil = takeOverProvider(proxy, wizard, `opener.postMessage('anyone there?', '*')`)
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await expect(evil.opener).toHaveText('there')
    await customer.click('focus')
    await customer.page.bringToFront()
    const overheard = await evil.messages.allTextContents()
    await evil.leave()
    await answerProvider(wizard)
    await expectStreams(wizard)
    const cookies = await context.cookies(origins.wizard)
    await chooseStreams(wizard)
    const { id } = await expectResult(customer, call)

    const { access_token: accessToken } = (await account.call('GET', `/v4/sources/${id}/config`)) as {
      access_token: string
    }
    const callback = proxy.requests.find(({ url }) => url.startsWith('/oauth/callback/'))
    const { code, state } = Object.fromEntries(new URL(callback?.url ?? '', origins.wizard).searchParams)
    const secrets = [token, appKey, account.accessToken, accessToken, ...cookies.map(({ value }) => value)]
    for (const secret of [...secrets, code, state]) expect(secret).toMatch(/^.{20,}$/)

    const addresses = proxy.requests.map(({ url }) => url)
    const referrers = proxy.requests.map(({ headers }) => headers['referer'] ?? '')
    const said = customer.reports().map(({ value }) => JSON.stringify(value))
    const logs = cleanStack.readLogs()
    for (const secret of secrets) {
      for (const text of [...addresses, ...referrers, ...overheard, ...said, logs])
        expect(text).not.toContain(secret)
    }
    // The provider's answer is a query by its nature, and is seen nowhere else.
    for (const secret of [code, state]) {
      for (const text of [...referrers, ...overheard, ...said, logs]) expect(text).not.toContain(secret)
    }
    expect(overheard).toEqual([])
    const atOthers = proxy.requests.filter(({ host }) => host === hosts.provider || host === hosts.opener)
    for (const { headers } of atOthers) expect(headers['referer'] ?? '').not.toContain(origins.wizard)
  },
)

test(
  'a page that opened the wizard without a right to hears nothing from it',
  {
    tag: ['@popup-50', '@attack'],
  },
  async ({ cleanStack, customer, newTab }) => {
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expectMet(customer)
    const evil = await newTab()
    await evil.goto(`${cleanStack.origins.evil}/?${new URLSearchParams({ open: wizard.url() })}`)
    const popup = evil.waitForEvent('popup')
    await evil.getByRole('button', { name: 'open' }).click()
    const opened = await popup
    await submitForm(opened)
    await expect(opened.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
    await expect(evil.getByLabel('Messages').getByRole('listitem')).toHaveCount(0)
  },
)
