import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, goToProvider } from './crm-trip.ts'
import { expectResult, progressOf } from './promises.ts'
import { makeSevering, providers } from './severing-provider.ts'

for (const { provider, isSevering } of providers) {
  test(
    `a window closed at ${provider} is opened again before its time is up, and no error is seen`,
    { tag: '@popup-14' },
    async ({ cleanStack, account, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await goToProvider(wizard)
      await closeAsUser(wizard)
      await expect.poll(() => progressOf(customer)).toContain('uncertain')

      const again = await customer.open('resume')
      await goToProvider(again.wizard)
      await answerProvider(again.wizard)
      await chooseStreams(again.wizard)
      expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
      expect(await expectResult(customer, again.call)).toMatchObject({ id, selected_streams: ['deals'] })
    },
  )
}
