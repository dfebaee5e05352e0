import { expect, test } from '../../fixtures.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { chooseStreams, demoCrm } from './crm-trip.ts'
import { documentsMet, expectError, progressOf, timeOf } from './promises.ts'
import { returnToStreams } from './trip-stories.ts'

/** The page sees its window close. The server would need much longer here, so it cannot be what tells. */
test.use({ timings: { presenceGrace: 60_000 } })

test(
  'closing the window at the form is known within a second, and can be taken back',
  { tag: '@popup-15' },
  async ({ customer }) => {
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect.poll(() => documentsMet(customer)).toBe(1)
    await expect.poll(() => progressOf(customer)).toContain('step')

    await closeAsUser(wizard)
    const closedAt = Date.now()
    await expectError(call, {
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
      step: 'form',
      canResume: true,
    })
    expect(timeOf(customer, 'rejected') - closedAt).toBeLessThan(1_000)

    const again = await customer.open('resume the error')
    await expect(again.wizard.getByRole('button', { name: 'Continue', exact: true })).toBeVisible()
    expect(again.call.isPending()).toBe(true)
  },
)

test(
  'closing the window after a trip to the provider is known within a second',
  { tag: '@popup-15' },
  async ({ account, customer }) => {
    const { id, wizard, call } = await returnToStreams(customer, account)
    await expect.poll(() => documentsMet(customer)).toBe(2)

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
    expect(timeOf(customer, 'rejected') - closedAt).toBeLessThan(1_000)

    const again = await customer.open('resume the error')
    await chooseStreams(again.wizard)
    expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  },
)
