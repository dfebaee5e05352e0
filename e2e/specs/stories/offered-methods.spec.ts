import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { expectError } from '../popup/promises.ts'
import { look } from './look.ts'

/** What can be signed in by is offered: OAuth once somebody has registered the app at the provider. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const type = 'platform.stripe'
const client = { type, client_id: 'ca_of_the_account', client_secret: 'a-secret-of-no-provider' }
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const choice = (wizard: Page) => wizard.getByLabel('Sign in by', { exact: true })
const key = (wizard: Page) => wizard.getByLabel('API key', { exact: true })

test('a key alone is asked for, without a choice, until there is an OAuth client; then both are offered', async ({
  customer,
  account,
}) => {
  const first = await customer.open('addSource', { type })
  await expect(key(first.wizard)).toBeVisible()
  await expect(choice(first.wizard)).toHaveCount(0)
  await expect(first.wizard.getByRole('navigation', { name: 'Steps' })).not.toContainText('Authorize')
  await look(first.wizard, 'form-key-alone')
  await button(first.wizard, 'Cancel').click()
  expect(await first.call.error()).toMatchObject({ code: 'AppClosedPrematurely' })

  const { id } = (await account.call('POST', '/v4/oauth-clients', client)) as { id: string }
  const second = await customer.open('addSource', { type })
  await expect(choice(second.wizard).getByRole('option')).toHaveText(['Sign in at Stripe', 'API key'])
  await expect(key(second.wizard)).toBeHidden()
  await look(second.wizard, 'form-both')
  await button(second.wizard, 'Continue').click()
  await expect(second.wizard.getByRole('link', { name: 'Authorize with Stripe' })).toBeVisible()

  // It goes while the person is at the form: what was typed stays, and the other way is taken.
  await button(second.wizard, 'Cancel').click()
  await second.wizard.getByRole('button', { name: 'Discard' }).click()
  await second.call.error()
  const third = await customer.open('addSource', { type })
  await third.wizard.getByLabel('Name', { exact: true }).fill('Our shop')
  await expect(third.wizard.getByText('for Tailor & Daughters')).toBeVisible()
  await expect(choice(third.wizard)).toBeVisible()
  await account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
  await button(third.wizard, 'Continue').click()
  await expect(third.wizard.getByText('Sign in at Stripe cannot be used at present').first()).toBeVisible()
  await expect(third.wizard.getByLabel('Name', { exact: true })).toHaveValue('Our shop')
  await look(third.wizard, 'form-client-gone')
  await choice(third.wizard).selectOption('API key')
  await expect(key(third.wizard)).toBeVisible()
})

test('the way of a source stays in its form when its client has gone, with the reason; another can be chosen', async ({
  customer,
  account,
}) => {
  const { id } = (await account.call('POST', '/v4/oauth-clients', client)) as { id: string }
  const made = await account.createSource({ type, display_name: 'Our shop', properties: {} })
  await account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
  const { wizard } = await customer.open('editSource', { id: made.id })
  await expect(choice(wizard)).toHaveValue('oauth')
  await expect(choice(wizard)).toHaveAccessibleDescription(/Sign in at Stripe cannot be used at present/)
  await look(wizard, 'form-own-unusable')
  await choice(wizard).selectOption('API key')
  await expect(key(wizard)).toBeVisible()
})

test('what nobody could sign in to says so at once, in the window and to the page', async ({ customer }) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.harvest' })
  await expectError(call, {
    name: 'AuthorizeFailureError',
    code: 'AuthorizeFailure',
    reason: 'misconfigured',
  })
  await expect.poll(() => wizard.isClosed()).toBe(true)
})
