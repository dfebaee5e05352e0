import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { closeAsUser } from '../../wizard-window.ts'
import { demoCrm } from './crm-trip.ts'
import { expectError } from './promises.ts'
import { closeHalfLoaded } from './trip-stories.ts'

/** A window that is closed before it could say a word. */
test.use({ timings: { load: 5_000 } })

const unfinished = { name: 'AppLoadTimeoutError', canResume: true }

test(
  'a window closed after half of its page had come',
  { tag: '@popup-16' },
  async ({ cleanStack, customer }) => {
    await closeHalfLoaded(cleanStack, customer, closeAsUser)
  },
)

test(
  'a window closed before its scripts had come',
  { tag: '@popup-16' },
  async ({ cleanStack, customer }) => {
    cleanStack.proxy.rule({ host: hosts.wizard, path: /^\/wizard\/assets\/.*\.js/ }, { hold: true })
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('heading', { level: 1 })).toBeVisible()
    await closeAsUser(wizard)
    await expectError(call, unfinished)
  },
)

test(
  'a window closed before the server heard from it',
  { tag: '@popup-16' },
  async ({ cleanStack, customer }) => {
    cleanStack.proxy.rule({ host: hosts.wizard, path: /\/presence$/ }, { hold: true })
    const { wizard, call } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('button', { name: 'Continue', exact: true })).toBeEnabled()
    await closeAsUser(wizard)
    await expectError(call, unfinished)
  },
)

test('a window closed before it met the page', { tag: '@popup-16' }, async ({ cleanStack, customer }) => {
  cleanStack.proxy.rule({ host: hosts.wizard, path: /opener-link.*\.js$/ }, { hold: true })
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await expect(wizard.getByText('Tailor & Daughters')).toBeVisible()
  await closeAsUser(wizard)
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
})
