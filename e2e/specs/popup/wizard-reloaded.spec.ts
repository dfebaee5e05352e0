import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import {
  chooseStreams,
  demoCrm,
  expectProvider,
  expectStreams,
  goToProvider,
  submitForm,
} from './crm-trip.ts'
import { documentsMet, expectResult } from './promises.ts'
import { expectSevered, makeSevering, providers } from './severing-provider.ts'

/** Reloading the wizard loses nothing, wherever it is. */

for (const { provider, isSevering } of providers) {
  test(
    `a wizard that is reloaded at every step finishes all the same, with ${provider}`,
    { tag: '@popup-20' },
    async ({ cleanStack, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const { wizard, call } = await customer.open('addSource', { type: demoCrm })
      await expect.poll(() => documentsMet(customer)).toBe(1)

      await test.step('at the form', async () => {
        await wizard.reload()
        await expect.poll(() => documentsMet(customer)).toBe(2)
        await submitForm(wizard)
      })
      await test.step('before the provider', async () => {
        await expectHeading(wizard, 'Authorize Demo CRM')
        await wizard.reload()
        await expectHeading(wizard, 'Authorize Demo CRM')
      })
      await test.step('at the provider', async () => {
        await goToProvider(wizard)
        await wizard.reload()
        await expectProvider(wizard)
      })
      await test.step('during the check', async () => {
        const slow = cleanStack.proxy.rule({ host: hosts.provider, path: '/api/objects' }, { hold: true })
        await answerProvider(wizard)
        await expectHeading(wizard, 'Checking the connection')
        await wizard.reload()
        await expectHeading(wizard, 'Checking the connection')
        slow.lift()
      })
      await test.step('at the streams', async () => {
        await expectStreams(wizard)
        if (isSevering) await expectSevered(customer)
        await wizard.reload()
        await chooseStreams(wizard)
      })
      await test.step('at the end', async () => {
        await expectAllSet(wizard)
        const closed = wizard.waitForEvent('close')
        await wizard.reload()
        await closed
      })
      expect(await expectResult(customer, call)).toMatchObject({ selected_streams: ['deals'] })
    },
  )
}

async function expectHeading(wizard: Page, name: string): Promise<void> {
  await expect(wizard.getByRole('heading', { level: 1, name })).toBeVisible()
}
