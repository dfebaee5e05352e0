import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { chooseStreams } from './crm-trip.ts'
import { documentsMet, expectResult } from './promises.ts'
import { expectSevered, makeSevering, providers } from './severing-provider.ts'
import { returnToStreams } from './trip-stories.ts'

/** The window closes in the very task in which the result leaves it. */

for (const { provider, isSevering } of providers) {
  test(
    `a window that closes as its last step is saved brings its result, with ${provider}`,
    { tag: '@popup-26' },
    async ({ cleanStack, account, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const { id, wizard, call } = await returnToStreams(customer, account)
      if (isSevering) await expectSevered(customer)
      await wizard.evaluate(() => {
        const { fetch } = window
        window.fetch = async (...given) => {
          const response = await fetch(...given)
          if (String(given[0]).endsWith('/selection')) window.close()
          return response
        }
      })
      const closed = wizard.waitForEvent('close')
      await chooseStreams(wizard)
      await closed
      expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    },
  )
}

test(
  'the result that a closing window sent itself arrives, though nothing else gets through',
  { tag: '@popup-26' },
  async ({ cleanStack, account, customer }) => {
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expect.poll(() => documentsMet(customer)).toBe(2)
    cleanStack.proxy.rule({ host: hosts.wizard, path: /\/relay$/ }, { hold: true })
    await wizard.evaluate(() => {
      const { postMessage } = MessagePort.prototype
      MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown) {
        postMessage.call(this, message)
        if (JSON.stringify(message).includes('"completed"')) window.close()
      }
    })
    const closed = wizard.waitForEvent('close')
    await chooseStreams(wizard)
    await closed
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
  },
)
