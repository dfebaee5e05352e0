import { timings } from '@bobbin/shared/timings'
import { expect, test } from '../../fixtures.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams } from './crm-trip.ts'
import { expectError, expectResult, timeOf } from './promises.ts'
import { expectSevered, makeSevering } from './severing-provider.ts'
import { returnToStreams } from './trip-stories.ts'

/** A window that its provider has cut off, back at the wizard. Its silence is judged with the product's own patience. */
test.use({ timings: { presenceGrace: timings.presenceGrace } })

test.beforeEach(({ cleanStack }) => makeSevering(cleanStack.proxy))

test(
  'what a page does with the handle of a window that was cut off has no effect',
  { tag: '@popup-12' },
  async ({ account, customer }) => {
    const { page } = customer
    const thrown: Error[] = []
    page.on('pageerror', (error) => thrown.push(error))
    await page.addInitScript(() => {
      const { open } = window
      window.open = (...given) => {
        const opened = open.apply(window, given)
        Reflect.set(window, 'opened', opened)
        return opened
      }
    })
    await customer.load()
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expectSevered(customer)

    await customer.click('focus')
    await page.evaluate(() => {
      const opened: Window = Reflect.get(window, 'opened')
      opened.postMessage('hello', '*')
      opened.focus()
      opened.close()
    })
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    expect(thrown).toEqual([])
  },
)

test(
  'close() ends the flow in a window that was cut off, and the window closes itself',
  { tag: '@popup-12' },
  async ({ account, customer }) => {
    const { wizard, call } = await returnToStreams(customer, account)
    await expectSevered(customer)

    const closed = wizard.waitForEvent('close')
    await customer.click('close')
    await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
    await closed
  },
)

test(
  'closing a window that was cut off is known within ten seconds, and can be taken back',
  { tag: '@popup-13' },
  async ({ account, customer }) => {
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expectSevered(customer)

    await closeAsUser(wizard)
    const closedAt = Date.now()
    await expectError(call, {
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
      sourceId: id,
      step: 'field_selection',
      canResume: true,
    })
    expect(timeOf(customer, 'rejected') - closedAt).toBeLessThan(10_000)

    const again = await customer.open('resume the error')
    await chooseStreams(again.wizard)
    expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  },
)
