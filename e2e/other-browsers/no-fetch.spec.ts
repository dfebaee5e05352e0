import { demoCrm } from '../specs/popup/crm-trip.ts'
import { expectError, progressOf } from '../specs/popup/promises.ts'
import { makeSevering } from '../specs/popup/severing-provider.ts'
import { connectCrm, cutFetches, giveUpOnSeveredWindow, obstacles } from '../specs/popup/trip-stories.ts'
import { expect, test } from './fixtures.ts'

/** The page's own requests do not reach the host, and its window makes a trip to a provider. */

const relayDown = 4_000
test.use({ timings: { relayDown } })

for (const { obstacle, setup, raise } of obstacles) {
  test(`where ${obstacle}, result and steps come from the window, also after the trip`, async ({
    cleanStack,
    customerPage,
  }) => {
    raise(cleanStack.proxy)
    await customerPage.load(setup)
    await connectCrm(customerPage)
  })

  test(`where ${obstacle} and the window is cut off, no close is claimed while the person works`, async ({
    cleanStack,
    account,
    customerPage,
  }) => {
    raise(cleanStack.proxy)
    makeSevering(cleanStack.proxy)
    await customerPage.load(setup)
    await giveUpOnSeveredWindow(customerPage, account, relayDown)
  })
}

test('a page without fetch knows when its window is closed at the form', async ({
  cleanStack,
  customerPage,
}) => {
  cutFetches(cleanStack.proxy)
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await expect.poll(() => progressOf(customerPage)).toContain('step')
  await wizard.closeAsUser()
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
})

test('a page that puts its own bearer on every request gets its result', async ({ customerPage }) => {
  await customerPage.load({ everyRequest: 'has a bearer' })
  await connectCrm(customerPage)
})
