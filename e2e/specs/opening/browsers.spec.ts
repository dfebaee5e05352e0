import { expectAccessible } from '../../accessibility.ts'
import { launchWithProfile, setCookies } from '../../browser.ts'
import { createCustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { newerApis, takeAway } from '../../newer-apis.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { expectError } from '../popup/promises.ts'

/** Browsers as people have them: old ones, ones that are too old, and ones that keep no cookies. */

const type = 'platform.hp-postgres'

test('a browser of four years ago connects a database', async ({ context, customer, database }) => {
  const complaints: string[] = []
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  context.on('weberror', (error) => complaints.push(String(error.error())))
  await context.addInitScript(takeAway, newerApis)
  await customer.load()
  const { wizard, call } = await customer.open('addSource', { type })
  await fillPostgresForm(wizard, { ...database, name: 'Shop' })
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({ type, selected_streams: ['odd-public-orders'] })
  expect(complaints).toEqual([])
})

test('a browser that is too old is told so, by the page and in the window', async ({
  context,
  customer,
  cleanStack,
  newTab,
}) => {
  await context.addInitScript(takeAway, { globalThis: ['TextDecoderStream'], AbortSignal: ['timeout'] })
  await customer.load()
  const { wizard, call } = await customer.open('addSource', { type })
  await expectError(call, { name: 'UnsupportedBrowserError', code: 'UnsupportedBrowser', retryable: false })
  await expect.poll(() => wizard.isClosed()).toBe(true)

  const window = await newTab()
  await window.goto(`${cleanStack.origins.wizard}/connect/${'A'.repeat(22)}?function=addSource&type=${type}`)
  await expect(window.getByText('This browser is too old for this page.')).toBeVisible()
  await expectAccessible(window)
})

test('where what keeps cookies away is not the browser, page and window say so at once', async ({
  customer,
  cleanStack: { origins, proxy },
}) => {
  // As an extension does, or a proxy: the browser has cookies, and what the page sets is not kept.
  const host = new URL(origins.wizard).hostname
  const blocked = proxy.rule(
    { host, path: /^\/connect\/[\w-]+$/ },
    { headers: { 'Set-Cookie': 'none=; Max-Age=0' } },
  )
  const { wizard, call } = await customer.open('addSource', { type })
  await expect(wizard.getByRole('heading', { level: 1, name: 'Cookies are blocked' })).toBeVisible()
  await expect(wizard.getByText(origins.wizard, { exact: true })).toBeVisible()
  await expectError(call, { name: 'CookiesBlockedError', retryable: true, canResume: true })

  // Once they are allowed, the same flow goes on.
  blocked.lift()
  const [again] = await Promise.all([customer.page.waitForEvent('popup'), customer.click('resume the error')])
  await expect(again.getByRole('button', { name: 'Continue' })).toBeEnabled()
})

test('where the browser blocks all cookies, page and window say so at once; once they are allowed, a reload shows the form and the same flow goes on', async ({
  account,
  cleanStack: stack,
}) => {
  const { context, end } = await launchWithProfile()
  const settings = await context.newPage()
  await setCookies(settings, 'block')
  const page = await context.newPage()
  const customer = createCustomerPage(page, () => page.waitForEvent('popup'), { stack, account })
  await customer.load()
  const { wizard, call } = await customer.open('addSource', { type })
  await expect(wizard.getByRole('heading', { level: 1, name: 'Cookies are blocked' })).toBeVisible()
  await expectError(call, { name: 'CookiesBlockedError', retryable: true, canResume: true })
  // No cookie, no stream: but nothing that comes over one would lead on from here.
  await expect(wizard.getByText('The connection was lost.')).toHaveCount(0)
  await expectAccessible(wizard)

  await setCookies(settings, 'allow')
  await wizard.reload()
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  const again = await customer.open('resume the error')
  await expect(again.wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  expect(again.call.isPending()).toBe(true)
  await end()
})
