import type { Page } from '@playwright/test'
import type { Call, CustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams, demoCrm } from './crm-trip.ts'
import { documentsMet, expectError, progressOf, timeOf } from './promises.ts'
import { returnToStreams } from './trip-stories.ts'

/** The page sees its window close. The server would need much longer here, so it cannot be what tells. */
test.use({ timings: { presenceGrace: 60_000 } })

interface Opened {
  readonly wizard: Page
  readonly call: Call
}

/** A machine that is busy with other things may take its time over one of them. */
const tries = 3

/**
 * Closes the window and takes it back until the page knew of it within a second. Returns the window and the call that go
 * on then.
 */
async function closeWithinASecond(
  customer: CustomerPage,
  opened: Opened,
  expected: Parameters<typeof expectError>[1],
): Promise<Opened> {
  let now = opened
  const times: number[] = []
  while (times.length < tries && !times.some((time) => time < 1_000)) {
    const documents = documentsMet(customer)
    await closeAsUser(now.wizard)
    const closedAt = Date.now()
    await expectError(now.call, expected)
    times.push(timeOf(customer, 'rejected') - closedAt)
    now = await customer.open('resume the error')
    // It is linked, so that the page can tell again.
    await expect.poll(() => documentsMet(customer)).toBe(documents + 1)
  }
  expect(Math.min(...times)).toBeLessThan(1_000)
  return now
}

test(
  'closing the window at the form is known within a second, and can be taken back',
  { tag: '@popup-15' },
  async ({ customer }) => {
    const opened = await customer.open('addSource', { type: demoCrm })
    await expect.poll(() => documentsMet(customer)).toBe(1)
    await expect.poll(() => progressOf(customer)).toContain('step')

    const again = await closeWithinASecond(customer, opened, {
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
      step: 'form',
      canResume: true,
    })
    await expect(again.wizard.getByRole('button', { name: 'Continue', exact: true })).toBeVisible()
    expect(again.call.isPending()).toBe(true)
  },
)

test(
  'closing the window after a trip to the provider is known within a second',
  { tag: '@popup-15' },
  async ({ account, customer }) => {
    const { id, ...opened } = await returnToStreams(customer, account)
    await expect.poll(() => documentsMet(customer)).toBe(2)

    const again = await closeWithinASecond(customer, opened, {
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
      sourceId: id,
      step: 'field_selection',
      canResume: true,
    })
    await chooseStreams(again.wizard)
    expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  },
)
