import { demoCrm } from '../specs/popup/crm-trip.ts'
import { expectError, progressOf } from '../specs/popup/promises.ts'
import { makeSevering } from '../specs/popup/severing-provider.ts'
import { connectCrm, giveUpOnSeveredWindow, obstacles } from '../specs/popup/trip-stories.ts'
import { expect, test } from './fixtures.ts'

/** The page's own requests do not reach the host, and its window makes a trip to a provider. */

const relayDown = 8_000
test.use({ timings: { relayDown } })
// Long, and each on its own: any worker may take one.
test.describe.configure({ mode: 'parallel' })

const [worst, ...others] = obstacles

test(`where ${worst.obstacle}, closes, steps and result come from the window, until it is cut off`, async ({
  cleanStack,
  account,
  customerPage,
}) => {
  const { setup, raise } = worst
  raise(cleanStack.proxy)
  await test.step('a window closed at the form is known to be', async () => {
    await customerPage.load(setup)
    const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
    await expect.poll(() => progressOf(customerPage)).toContain('step')
    await wizard.closeAsUser()
    await expectError(call, {
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
    })
  })
  await test.step('steps and result come, also after the trip', async () => {
    await customerPage.load(setup)
    const wizard = await connectCrm(customerPage, account)
    await wizard.expectClosed()
  })
  await test.step('no close is claimed of a window that was cut off', async () => {
    makeSevering(cleanStack.proxy)
    await customerPage.load(setup)
    await giveUpOnSeveredWindow(customerPage, account, relayDown)
  })
})

test('whatever else keeps the page from asking, the window brings the result', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  for (const { obstacle, setup, raise } of others) {
    await test.step(obstacle, async () => {
      cleanStack.proxy.reset()
      raise(cleanStack.proxy)
      await customerPage.load(setup)
      await connectCrm(customerPage, account)
    })
  }
})
