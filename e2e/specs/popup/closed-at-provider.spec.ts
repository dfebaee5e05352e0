import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, goToProvider } from './crm-trip.ts'
import { expectError, progressOf, timeOf } from './promises.ts'
import { makeSevering, providers } from './severing-provider.ts'

/** While a window shows the provider's pages, nobody can see whether it was closed: only time tells. */
const away = 8_000
test.use({ timings: { away } })

for (const { provider, isSevering } of providers) {
  test(
    `a window closed at ${provider} is in doubt first, then believed gone, and can be opened again`,
    { tag: '@popup-14' },
    async ({ cleanStack, account, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      const leftAt = Date.now()
      await goToProvider(wizard)

      await closeAsUser(wizard)
      await expect.poll(() => progressOf(customer)).toContain('uncertain')
      expect(call.isPending()).toBe(true)
      await expectError(call, {
        name: 'AppClosedPrematurelyError',
        reason: 'abandoned',
        certainty: 'assumed',
        sourceId: id,
        step: 'oauth',
        canResume: true,
      })
      expect(timeOf(customer, 'rejected') - leftAt).toBeGreaterThanOrEqual(away)
      expect(await account.getSource(id)).toMatchObject({ id, display_name: 'Our CRM' })

      const again = await customer.open('resume the error')
      await goToProvider(again.wizard)
      await answerProvider(again.wizard)
      await chooseStreams(again.wizard)
      expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
    },
  )
}
