import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, createCrmSource, expectProvider, giveConsent, goToProvider } from './crm-trip.ts'
import { expectResult, progressOf } from './promises.ts'
import { makeSevering, openerPolicy, providers } from './severing-provider.ts'

/** The browser's back button instead of the provider's answer. */

for (const { provider, isSevering } of providers) {
  test(
    `going back from ${provider} shows the wizard, which goes there again`,
    { tag: '@popup-22' },
    async ({ cleanStack, account, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await goToProvider(wizard)
      await goBack(wizard)
      await expect.poll(() => progressOf(customer)).toContain('back')

      await goToProvider(wizard)
      await answerProvider(wizard)
      await chooseStreams(wizard)
      expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    },
  )
}

test(
  'going back brings the wizard out of the browser’s cache, and it goes there again',
  { tag: '@popup-22' },
  async ({ cleanStack, account, customer, context }) => {
    // Chromium keeps only pages that may be stored and that no other window can reach.
    cleanStack.proxy.rule(
      { host: hosts.wizard, path: /^\/connect\/[^/]+$/ },
      { headers: { 'Cache-Control': null } },
    )
    cleanStack.proxy.rule({ host: hosts.opener, path: '/' }, { headers: { [openerPolicy]: 'same-origin' } })
    await context.addInitScript(() => {
      addEventListener('pageshow', ({ persisted }) => Reflect.set(window, 'isFromCache', persisted))
    })
    await customer.load()
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await giveConsent(wizard)
    await expectProvider(wizard)
    await goBack(wizard)
    await expect.poll(() => wizard.evaluate(() => Reflect.get(window, 'isFromCache'))).toBe(true)
    await expect.poll(() => progressOf(customer)).toContain('back')

    await goToProvider(wizard)
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
  },
)

/** A page out of the cache is not loaded, so there is no load to wait for. */
async function goBack(wizard: Page): Promise<void> {
  await wizard.goBack({ waitUntil: 'commit' })
  await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
}
