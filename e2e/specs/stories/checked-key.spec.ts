import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { look } from './look.ts'

/** A type of which nothing is discovered, so that its form is all there is: its key is checked all the same. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const parcel = 'platform.parcel'
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })

test('a key that is refused is told at its field, and the right one leads to the end', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: parcel })
  await wizard.getByLabel('API key', { exact: true }).fill('nonsense')
  await button(wizard, 'Continue').click()
  await expect(wizard.getByText('What was entered as API key was not accepted.')).toBeVisible()
  await look(wizard, 'checked-key-refused')
  await button(wizard, 'Edit settings').click()
  await wizard.getByLabel('API key', { exact: true }).fill('parcel-key-of-the-e2e-tests')
  await button(wizard, 'Continue').click()
  await expectAllSet(wizard)
  const result = await call.result()
  expect(result).toMatchObject({ step: 'fully_configured', check: { status: 'succeeded' } })
  expect((await account.getSource(result.id)).report_card.steps.map(({ type }) => type)).toEqual([
    'form',
    'fully_configured',
  ])
})

test('where the vendor is down the key is kept, the person goes on, and it is checked again by itself', async ({
  customer,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: parcel })
  await wizard.getByLabel('API key', { exact: true }).fill('key-of-a-bad-day')
  await button(wizard, 'Continue').click()
  await expect(wizard.getByRole('heading', { level: 1 })).toHaveText('The connection could not be checked')
  await look(wizard, 'checked-key-unknown')
  await button(wizard, 'Continue').click()
  await expectAllSet(wizard)
  await expect(wizard.getByText('It could not be checked yet')).toBeVisible()
  await look(wizard, 'checked-key-unknown-done')
  expect(await call.result()).toMatchObject({ step: 'fully_configured', check: { status: 'failed' } })
})
