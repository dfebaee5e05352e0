import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { demoCrm } from './crm-trip.ts'
import { expectError } from './promises.ts'

/** The page waits for its token while the person has long made up their mind. */
test.use({ timings: { load: 30_000, presenceGrace: 1_500 } })

const button = (name: string) => ({ name, exact: true })

test('a window closed while the token is fetched', { tag: '@popup-38' }, async ({ customer }) => {
  await customer.load({ tokenDelay: 5_000 })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await expect(wizard.getByRole('button', button('Continue'))).toBeEnabled()
  await closeAsUser(wizard)
  await expectError(call, {
    name: 'AppClosedPrematurelyError',
    reason: 'closed',
    certainty: 'confirmed',
    canResume: true,
  })
})

test('Cancel while the token is fetched', async ({ customer }) => {
  await customer.load({ tokenDelay: 5_000 })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  const closed = wizard.waitForEvent('close')
  await wizard.getByRole('button', button('Cancel')).click()
  await closed
  await expectError(call, {
    name: 'AppClosedPrematurelyError',
    reason: 'cancelled',
    certainty: 'confirmed',
    canResume: false,
  })
})

test('Cancel waits for its script, as Continue does', async ({ cleanStack, customer }) => {
  const held = cleanStack.proxy.rule(
    { host: hosts.wizard, path: /^\/wizard\/assets\/.*\.js/ },
    { hold: true },
  )
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await expect(wizard.getByRole('button', button('Cancel'))).toBeDisabled()
  held.lift()
  await wizard.getByRole('button', button('Cancel')).click()
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'cancelled' })
})
