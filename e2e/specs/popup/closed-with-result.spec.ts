import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, createCrmSource, expectStreams, goToProvider } from './crm-trip.ts'
import { documentsMet, expectResult, progressOf } from './promises.ts'

/** The window closes in the very task in which the result leaves it. */

for (const { name, headers } of [
  { name: 'a window', headers: {} },
  { name: 'a window that was cut off', headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } },
]) {
  test(
    `the result of ${name} that closes as its last step is saved arrives`,
    {
      tag: '@popup-26',
    },
    async ({ cleanStack, account, customer }) => {
      cleanStack.proxy.rule({ host: hosts.provider }, { headers })
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await goToProvider(wizard)
      await answerProvider(wizard)
      await expectStreams(wizard)
      if (name !== 'a window') await expect.poll(() => progressOf(customer)).toContain('severed')
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
  {
    tag: '@popup-26',
  },
  async ({ cleanStack, account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    await answerProvider(wizard)
    await expectStreams(wizard)
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
