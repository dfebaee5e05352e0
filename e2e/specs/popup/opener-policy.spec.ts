import type { Page } from '@playwright/test'
import type { CustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import { closeAsUser, expectAllSet, selectStreams } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, expectProvider, giveConsent, goToProvider } from './crm-trip.ts'
import { documentsMet, expectError, expectResult, progressOf } from './promises.ts'
import { expectSevered, openerPolicy } from './severing-provider.ts'
import { returnToStreams } from './trip-stories.ts'

// Long, and each on its own: any worker may take one.
test.describe.configure({ mode: 'parallel' })

/** Pages that send Cross-Origin-Opener-Policy cut the customer page off from the window, for good. */

test(
  'after a provider without a policy the same window is met again, and brings the result by itself',
  { tag: '@popup-1' },
  async ({ cleanStack, account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    await answerProvider(wizard)
    await expect.poll(() => documentsMet(customer)).toBe(2)
    cleanStack.proxy.rule({ path: /\/relay$/ }, { hold: true })

    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    expect(progressOf(customer)).not.toContain('severed')
  },
)

const variants: { tag: string; name: string; rule: (proxy: FrontProxy) => unknown }[] = [
  { tag: '@popup-2', name: 'same-origin', rule: providerSends({ [openerPolicy]: 'same-origin' }) },
  {
    tag: '@popup-3',
    name: 'same-origin-allow-popups',
    rule: providerSends({ [openerPolicy]: 'same-origin-allow-popups' }),
  },
  {
    tag: '@popup-4',
    name: 'noopener-allow-popups',
    rule: providerSends({ [openerPolicy]: 'noopener-allow-popups' }),
  },
  {
    tag: '@popup-5',
    name: 'same-origin with an embedder policy',
    rule: providerSends({ [openerPolicy]: 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }),
  },
  { tag: '@popup-6', name: 'same-origin on one redirect only', rule: redirectOnceWithPolicy },
]

test(
  'a provider that sends any of these policies cuts the window off, and the result arrives all the same',
  { tag: variants.map(({ tag }) => tag) },
  async ({ cleanStack, account, customer }) => {
    for (const { name, rule } of variants) {
      await test.step(name, async () => {
        cleanStack.proxy.reset()
        rule(cleanStack.proxy)
        await customer.load()
        const { id, wizard, call } = await returnToStreams(customer, account, name)
        await expectSevered(customer)

        await chooseStreams(wizard)
        await expectClosesItself(wizard)
        expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
      })
    }
  },
)

for (const provider of ['no policy', 'same-origin']) {
  test(
    `a customer page with same-origin never reaches its window, and gets the result (provider: ${provider})`,
    { tag: '@popup-8' },
    async ({ cleanStack, account, customer }) => {
      await loadWithPolicy(cleanStack.proxy, customer, 'same-origin')
      if (provider !== 'no policy') providerSends({ [openerPolicy]: provider })(cleanStack.proxy)
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
      await giveConsent(wizard)
      await expectProvider(wizard)
      await answerProvider(wizard)
      await chooseStreams(wizard)
      await expectClosesItself(wizard)
      expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
      expect(progressOf(customer)).toContain('severed')
      expect(documentsMet(customer)).toBe(0)
    },
  )

  test(
    `a customer page with same-origin-allow-popups gets the result (provider: ${provider})`,
    { tag: '@popup-9' },
    async ({ cleanStack, account, customer }) => {
      await loadWithPolicy(cleanStack.proxy, customer, 'same-origin-allow-popups')
      const isSevering = provider !== 'no policy'
      if (isSevering) providerSends({ [openerPolicy]: provider })(cleanStack.proxy)
      const { id, wizard, call } = await returnToStreams(customer, account)
      if (isSevering) await expectSevered(customer)
      else await expect.poll(() => documentsMet(customer)).toBe(2)

      await chooseStreams(wizard)
      await expectClosesItself(wizard)
      expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
      expect(progressOf(customer).includes('severed')).toBe(isSevering)
    },
  )
}

test(
  'a customer page with same-origin that asks for streams: its user is asked first, and then sees them',
  { tag: '@popup-8' },
  async ({ cleanStack, account, customer, database }) => {
    await loadWithPolicy(cleanStack.proxy, customer, 'same-origin')
    const { host, port, dbname, user, password } = database
    const { id } = await account.createSource({
      type: 'platform.hp-postgres',
      display_name: 'Shop',
      properties: { host, port, dbname, user, password },
    })
    expect((await account.awaitCheck(id)).status).toBe('succeeded')
    const { wizard, call } = await customer.open('selectStreamsForSource', { id })
    await giveConsent(wizard)
    await selectStreams(wizard, ['orders'])
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams_count: 1 })
  },
)

test(
  'a customer page with same-origin learns that its user closed the window',
  { tag: '@popup-8' },
  async ({ cleanStack, account, customer }) => {
    await loadWithPolicy(cleanStack.proxy, customer, 'same-origin')
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
    await expectSevered(customer)
    await expect.poll(() => progressOf(customer)).toContain('step')

    await closeAsUser(wizard)
    await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
  },
)

function providerSends(headers: Record<string, string>): (proxy: FrontProxy) => void {
  return (proxy) => void proxy.rule({ host: hosts.provider }, { headers })
}

/** The provider's first address redirects once, with the policy; no page of the provider has it. */
function redirectOnceWithPolicy(proxy: FrontProxy): void {
  const redirect = proxy.rule(
    { host: hosts.provider, path: '/auth' },
    {
      answer(request, response) {
        redirect.lift()
        response.writeHead(302, { location: request.url, [openerPolicy]: 'same-origin' }).end()
      },
    },
  )
}

async function loadWithPolicy(proxy: FrontProxy, customer: CustomerPage, value: string): Promise<void> {
  proxy.rule({ host: hosts.opener, path: '/' }, { headers: { [openerPolicy]: value } })
  await customer.load()
}

/** A window that the browser has cut off may still close itself, once the page has the result. */
async function expectClosesItself(wizard: Page): Promise<void> {
  const closed = wizard.waitForEvent('close')
  await expectAllSet(wizard)
  await closed
}
