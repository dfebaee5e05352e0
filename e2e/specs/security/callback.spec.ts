import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { Stack } from '../../stack.ts'
import { createCrmSource, expectProvider, expectStreams } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'
import type { CustomerPage } from '../../customer-page.ts'
import type { Account } from '../../connect-api.ts'
import { closeAsUser } from '../../wizard-window.ts'

/** The provider's answer, in the wrong hands or changed on the way: no code is ever exchanged for it. */

const callbackPath = '/oauth/callback/demo-crm'
const foreignAnswer = 'This answer does not belong to a setup'

test(
  'a callback in another browser, with a state that nobody sent, or of another connector is refused, and the right one still works',
  { tag: ['@popup-53', '@attack'] },
  async ({ browser, cleanStack, account, customer }) => {
    const { wizard } = await openWizard(customer, account)
    const callback = await walkToCallback(cleanStack, wizard, 'Authorize with Demo CRM')

    await test.step('in another browser', async () => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      const victim = await context.newPage()
      await victim.goto(callback.href)
      await expectForeign(victim)
      // The same with a wizard of one's own: its cookie is for another flow.
      const theirs = `${cleanStack.origins.wizard}/connect/${'V'.repeat(22)}?function=addSource&type=platform.demo-crm`
      await victim.goto(theirs)
      await expect(victim.getByRole('button', { name: 'Continue' })).toBeEnabled()
      await victim.goto(callback.href)
      await expectForeign(victim)
      await context.close()
    })
    for (const [name, change] of [
      ['a state that nobody sent', { state: 'x'.repeat(43) }],
      ["another connector's address", { slug: 'hp-postgres' }],
      ['an address that no connector has', { slug: 'nobody' }],
    ] as const) {
      await test.step(name, async () => {
        await wizard.goto(changed(callback, change).href)
        await expectForeign(wizard)
      })
    }
    expect(exchanges(cleanStack)).toBe(0)

    await wizard.goto(callback.href)
    await expectStreams(wizard)
    expect(exchanges(cleanStack)).toBe(1)
  },
)

test(
  'an answer of another issuer, without one, or without a code is not used: the person is told, and can try again',
  { tag: ['@popup-53', '@attack'] },
  async ({ cleanStack, account, customer }) => {
    const { wizard, call } = await openWizard(customer, account)
    let link = 'Authorize with Demo CRM'
    for (const [name, change] of [
      ['of another issuer', { iss: 'https://evil.localhost' }],
      ['without the issuer that is always sent', { iss: null }],
      ['without a code', { code: null }],
    ] as const) {
      await test.step(name, async () => {
        const callback = await walkToCallback(cleanStack, wizard, link)
        link = 'Try again'
        await wizard.goto(changed(callback, change).href)
        await expect(wizard.getByRole('alert')).toContainText('did not fit our request')
        // The trip is spent: not even its right answer counts any more.
        await wizard.goto(callback.href)
        await expect(wizard.getByRole('link', { name: link })).toBeVisible()
        expect(exchanges(cleanStack)).toBe(0)
        expect(call.isPending()).toBe(true)
      })
    }
    await closeAsUser(wizard)
    await expectError(call, { name: 'AuthorizeFailureError', canResume: true })
  },
)

async function openWizard(customer: CustomerPage, account: Account) {
  return customer.open('authorizeSource', { id: await createCrmSource(account) })
}

/** The person has allowed it; the browser is held on its way back. */
async function walkToCallback(stack: Stack, wizard: Page, link: string): Promise<URL> {
  await wizard.getByRole('link', { name: link }).click()
  await expectProvider(wizard)
  const held = stack.proxy.rule(
    { path: callbackPath },
    { answer: (_request, response) => void response.writeHead(200).end('held') },
  )
  await answerProvider(wizard)
  await wizard.waitForURL(`**${callbackPath}?**`)
  held.lift()
  return new URL(wizard.url())
}

function changed(callback: URL, change: Readonly<Record<string, string | null>>): URL {
  const url = new URL(callback)
  for (const [name, value] of Object.entries(change)) {
    if (name === 'slug') url.pathname = `/oauth/callback/${value}`
    else if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url
}

async function expectForeign(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(foreignAnswer)
}

/** How often a code was taken to the provider's token endpoint. */
function exchanges({ proxy }: Stack): number {
  return proxy.requests.filter(({ host, url }) => host === hosts.provider && url === '/token').length
}
