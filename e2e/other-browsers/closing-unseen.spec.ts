import { demoCrm } from '../specs/popup/crm-trip.ts'
import { expectError } from '../specs/popup/promises.ts'
import { expectSevered, makeSevering } from '../specs/popup/severing-provider.ts'
import { returnToStreams } from '../specs/popup/trip-stories.ts'
import { expect, test } from './fixtures.ts'

/** Windows that are closed where the page cannot see it: cut off and minimised, or before a word was said. */

const closed = {
  name: 'AppClosedPrematurelyError',
  reason: 'closed',
  certainty: 'confirmed',
  canResume: true,
}

test('a window that was cut off is missed when it is closed while minimised', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const { id, wizard, call } = await returnToStreams(customerPage, account)
  await expectSevered(customerPage)
  const hints = () => cleanStack.proxy.requests.filter(isHint).length
  const before = hints()
  await wizard.minimise()
  await expect.poll(hints).toBeGreaterThan(before)
  await wizard.closeAsUser()
  await expectError(call, { ...closed, sourceId: id, step: 'field_selection' })
})

/** A document says that it is hidden, or leaves. */
function isHint({ method, url }: { method: string; url: string }): boolean {
  return method === 'POST' && url.split('?')[0]?.endsWith('/presence') === true
}

test('a window closed, or cancelled, while the token is fetched', async ({ customerPage }) => {
  await customerPage.load({ tokenDelay: 8_000 })
  const first = await customerPage.open('addSource', { type: demoCrm })
  await first.wizard.getByRole('button', { name: 'Continue' }).waitFor()
  await first.wizard.closeAsUser()
  await expectError(first.call, closed)

  await customerPage.load({ tokenDelay: 5_000 })
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await wizard.expectClosed()
  await expectError(call, { ...closed, reason: 'cancelled', canResume: false })
})
