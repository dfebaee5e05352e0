import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { createCrmSource, goToProvider } from '../popup/crm-trip.ts'
import { look } from './look.ts'

/** Connected as Anna, authorized again as Bob: the person is asked which account is meant. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

test('who authorizes as somebody else is asked, can stay with the first account, or switch', async ({
  customer,
  account,
}) => {
  const id = await createCrmSource(account)
  const first = await customer.open('onlyAuthorizeSource', { id })
  await goToProvider(first.wizard)
  await answerProvider(first.wizard, { name: 'Anna' })
  await expectAllSet(first.wizard)
  expect(await first.call.result()).toMatchObject({ id })
  await first.wizard.close()

  const { wizard, call } = await customer.open('onlyAuthorizeSource', { id })
  await expect(wizard.getByText('Anna, Demo workspace')).toBeVisible()
  await look(wizard, 'oauth-connected')
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Bob' })
  const question = wizard.getByRole('heading', { level: 1, name: 'You signed in with another account' })
  await expect(question).toBeVisible()
  await expect(wizard.getByText('Anna, Demo workspace')).toBeVisible()
  await expect(wizard.getByText('Bob, Demo workspace')).toBeVisible()
  await expect(wizard.getByRole('button', { name: 'Add as a new connection' })).toBeHidden()
  await look(wizard, 'other-account')
  // A reload asks again.
  await wizard.reload()
  await expect(question).toBeVisible()

  // By keyboard alone: Cancel, then staying, then switching.
  await wizard.getByRole('button', { name: 'Cancel' }).focus()
  await wizard.keyboard.press('Shift+Tab')
  await expect(wizard.getByRole('button', { name: 'Keep the connected account' })).toBeFocused()
  await wizard.keyboard.press('Enter')
  await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
  await expect(wizard.getByText('Anna, Demo workspace')).toBeVisible()
  await expect(wizard.getByText('Bob, Demo workspace')).toBeHidden()
  expect(call.isPending()).toBe(true)

  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Bob' })
  await wizard.getByRole('button', { name: 'Switch to the new account' }).click()
  await expectAllSet(wizard)
  await expect(wizard.getByText('Bob, Demo workspace')).toBeVisible()
  expect(await call.result()).toMatchObject({ id })
})
