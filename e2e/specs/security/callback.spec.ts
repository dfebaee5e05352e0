import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { Stack } from '../../stack.ts'
import { createCrmSource, expectStreams, goToProvider } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'
import type { CustomerPage } from '../../customer-page.ts'
import type { Account } from '../../connect-api.ts'
import { closeAsUser } from '../../wizard-window.ts'

/** The provider's answer, in the wrong hands or changed on the way: no code is ever exchanged for it. */

const callbackPath = '/oauth/callback/demo-crm'
const foreignAnswer = 'This answer does not belong to a setup'

test(
  'a callback loaded in another browser changes nothing, and still works in its own',
  {
    tag: ['@popup-53', '@attack'],
  },
  async ({ browser, cleanStack, account, customer }) => {
    const { wizard, callback } = await walkToCallback(cleanStack, customer, account)
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
    expect(exchanges(cleanStack)).toBe(0)
    await context.close()

    await wizard.goto(callback.href)
    await expectStreams(wizard)
    expect(exchanges(cleanStack)).toBe(1)
  },
)

for (const { name, change } of [
  { name: 'a state that nobody sent', change: { state: 'x'.repeat(43) } },
  { name: "another connector's address", change: { slug: 'hp-postgres' } },
  { name: 'an address that no connector has', change: { slug: 'nobody' } },
]) {
  test(
    `a callback with ${name} is refused, and the right one still works`,
    {
      tag: ['@popup-53', '@attack'],
    },
    async ({ cleanStack, account, customer }) => {
      const { wizard, callback } = await walkToCallback(cleanStack, customer, account)
      await wizard.goto(changed(callback, change).href)
      await expectForeign(wizard)
      expect(exchanges(cleanStack)).toBe(0)
      await wizard.goto(callback.href)
      await expectStreams(wizard)
    },
  )
}

for (const { name, change } of [
  { name: 'of another issuer', change: { iss: 'https://evil.localhost' } },
  { name: 'without the issuer that is always sent', change: { iss: null } },
  { name: 'without a code', change: { code: null } },
]) {
  test(
    `an answer ${name} is not used: the person is told, and can try again`,
    {
      tag: ['@popup-53', '@attack'],
    },
    async ({ cleanStack, account, customer }) => {
      const { wizard, call, callback } = await walkToCallback(cleanStack, customer, account)
      await wizard.goto(changed(callback, change).href)
      await expect(wizard.getByRole('alert')).toContainText('did not fit our request')
      expect(exchanges(cleanStack)).toBe(0)
      // The trip is spent: not even its right answer counts any more.
      await wizard.goto(callback.href)
      await expect(wizard.getByRole('link', { name: 'Try again' })).toBeVisible()
      expect(exchanges(cleanStack)).toBe(0)

      await closeAsUser(wizard)
      await expectError(call, { name: 'AuthorizeFailureError', canResume: true })
    },
  )
}

/** The person has allowed it; the browser is held on its way back. */
async function walkToCallback(stack: Stack, customer: CustomerPage, account: Account) {
  const id = await createCrmSource(account)
  const { wizard, call } = await customer.open('authorizeSource', { id })
  await goToProvider(wizard)
  const held = stack.proxy.rule(
    { path: callbackPath },
    { answer: (_request, response) => void response.writeHead(200).end('held') },
  )
  await answerProvider(wizard)
  await wizard.waitForURL(`**${callbackPath}?**`)
  held.lift()
  return { wizard, call, callback: new URL(wizard.url()) }
}

function changed(callback: URL, change: Record<string, string | null>): URL {
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
