import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { clickDone, closeAsUser, expectAllSet } from '../../wizard-window.ts'
import {
  chooseStreams,
  createCrmSource,
  expectProvider,
  expectStreams,
  giveConsent,
  goToProvider,
} from './crm-trip.ts'
import { documentsMet } from './promises.ts'
import { makeSevering, providers } from './severing-provider.ts'

/** The customer page is closed while its wizard is open: its user finishes, and its back end has the result. */

for (const { provider, isSevering } of providers) {
  test(
    `a wizard whose page was closed before ${provider} finishes, and the server has the result`,
    { tag: '@popup-24' },
    async ({ cleanStack, account, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const id = await createCrmSource(account)
      const { wizard } = await customer.open('authorizeSource', { id })
      await expect.poll(() => documentsMet(customer)).toBe(1)
      await closeAsUser(customer.page)

      await goToProvider(wizard)
      await answerProvider(wizard)
      await chooseStreams(wizard)
      await expectAllSet(wizard)
      await expect(wizard.getByText('You can close this window.')).toBeVisible()
      const source = await account.getSource(id)
      expect(source.report_card.current_step_type).toBe('fully_configured')
      const events = await account.call('GET', '/v4/events')
      expect(events).toMatchObject({
        data: expect.arrayContaining([
          expect.objectContaining({
            type: 'flow.completed',
            data: expect.objectContaining({ source_id: id, selected_streams: ['deals'] }),
          }),
        ]),
      })
      await clickDone(wizard)
    },
  )
}

test(
  'a wizard whose page was closed at the streams finishes',
  { tag: '@popup-24' },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    await answerProvider(wizard)
    await expectStreams(wizard)
    await closeAsUser(customer.page)
    await chooseStreams(wizard)
    await expectAllSet(wizard)
    const source = await account.getSource(id)
    expect(source.report_card.current_step_type).toBe('fully_configured')
  },
)

test(
  'a wizard that never met its page asks its user before it goes on',
  { tag: '@popup-24' },
  async ({ cleanStack, account, customer }) => {
    const link = cleanStack.proxy.rule({ host: hosts.wizard, path: /opener-link.*\.js$/ }, { hold: true })
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('onlyAuthorizeSource', { id })
    await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
    await closeAsUser(customer.page)
    link.lift()
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await giveConsent(wizard)
    await expectProvider(wizard)
    await answerProvider(wizard)
    await expectAllSet(wizard)
  },
)
