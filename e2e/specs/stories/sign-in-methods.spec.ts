import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { look } from './look.ts'

/** A service with a subdomain for each customer, where one signs in by OAuth or by a key. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const desk = 'platform.desk'
const key = 'desk-key-of-the-e2e-tests'
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const field = (wizard: Page, name: string) => wizard.getByLabel(name, { exact: true })
const toDesk = (wizard: Page) => wizard.getByRole('link', { name: /^Authorize with / })

test('a wrong subdomain leads to nobody, or is no address; the right one to who is asked', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: desk })
  await field(wizard, 'Subdomain').fill('evil.test/')
  await button(wizard, 'Continue').click()
  await expect(wizard.getByText('does not make an address of the service').first()).toBeVisible()
  await look(wizard, 'form-no-address')

  await field(wizard, 'Subdomain').fill('nobody')
  await button(wizard, 'Continue').click()
  await toDesk(wizard).click()
  await expect(wizard.getByText('Nothing answers for nobody.localhost')).toBeVisible()
  await wizard.goBack()
  await wizard.getByRole('button', { name: 'Back', exact: true }).click()
  await field(wizard, 'Subdomain').fill('provider')
  await button(wizard, 'Continue').click()
  await toDesk(wizard).click()
  await answerProvider(wizard, { name: 'Tilda' })
  await passCheck(wizard)
  await selectStreams(wizard, ['tickets'])
  await expectAllSet(wizard)
  const { id } = await call.result()
  expect((await account.getSource(id)).properties).toMatchObject({ subdomain: 'provider' })
})

test('how one signs in is changed in the form, and what stood before counts until the new way works', async ({
  customer,
  account,
}) => {
  const { id } = await account.createSource({
    type: desk,
    display_name: 'Our desk',
    properties: { subdomain: 'provider', api_key: key },
  })
  const { wizard, call } = await customer.open('editSource', { id })
  await expect(field(wizard, 'Sign in by')).toHaveValue('api_key')
  await expect(field(wizard, 'API key')).toBeVisible()
  await look(wizard, 'form-methods')
  await field(wizard, 'Sign in by').selectOption('Sign in at Help desk')
  await expect(field(wizard, 'API key')).toBeHidden()
  await button(wizard, 'Save changes').click()
  await toDesk(wizard).click()
  await answerProvider(wizard, { name: 'Tilda' })
  await passCheck(wizard)
  await selectStreams(wizard, ['tickets'])
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({ id, step: 'fully_configured' })
  await wizard.close()

  // Back to a key, and first to a wrong one.
  const second = await customer.open('editSource', { id })
  await field(second.wizard, 'Sign in by').selectOption('API key')
  await field(second.wizard, 'API key').fill('a-wrong-one')
  await button(second.wizard, 'Save changes').click()
  await expect(second.wizard.getByText('What was entered as API key was not accepted.')).toBeVisible()
  expect((await account.getSource(id)).report_card.current_step_type).toBe('discover_schema')
  await button(second.wizard, 'Edit settings').click()
  await field(second.wizard, 'API key').fill(key)
  await button(second.wizard, 'Save changes').click()
  await expectAllSet(second.wizard)
  expect(await second.call.result()).toMatchObject({ id, step: 'fully_configured' })
  expect((await account.getSource(id)).properties).toMatchObject({ auth_method: 'api_key' })
})
