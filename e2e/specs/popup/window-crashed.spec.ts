import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { chooseStreams, createCrmSource, goToProvider } from './crm-trip.ts'
import { documentsMet, expectError } from './promises.ts'
import { expectSevered, makeSevering } from './severing-provider.ts'
import { returnToStreams } from './trip-stories.ts'

/** The window is still there and shows nothing any more. No script of ours in it could say so. */

test(
  'a window that crashes is missed, and the flow goes on in another',
  { tag: '@popup-17' },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await expect.poll(() => documentsMet(customer)).toBe(1)
    await crash(wizard)
    await expectError(call, {
      name: 'AppClosedPrematurelyError',
      reason: 'crashed',
      certainty: 'confirmed',
      sourceId: id,
      step: 'oauth',
      canResume: true,
    })

    const again = await customer.open('resume the error')
    await goToProvider(again.wizard)
    await answerProvider(again.wizard)
    await chooseStreams(again.wizard)
    expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  },
)

test(
  'a window that was cut off and crashes is missed',
  { tag: '@popup-17' },
  async ({ cleanStack, account, customer }) => {
    makeSevering(cleanStack.proxy)
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expectSevered(customer)
    await crash(wizard)
    await expectError(call, { name: 'AppClosedPrematurelyError', certainty: 'confirmed', sourceId: id })
  },
)

/** Kills the process behind a page, as a bug in the browser or a lack of memory does. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  const session = await page.context().newCDPSession(page)
  // Never answered: who should answer has gone.
  session.send('Page.crash').catch(() => {})
  await crashed
}
