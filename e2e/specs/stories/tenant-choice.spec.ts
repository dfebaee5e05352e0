import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { reloadWithoutScripts } from '../../reload-without-scripts.ts'
import { expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { look } from './look.ts'

/** A service whose people choose one of their organisations once they have authorized. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const ledger = 'platform.ledger'
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const option = (wizard: Page, name: string | RegExp) => wizard.getByRole('radio', { name })

async function authorize(wizard: Page): Promise<void> {
  await wizard.getByRole('link', { name: /^Authorize with / }).click()
  await answerProvider(wizard)
}

test('one of 130 organisations is searched and chosen, and another one when the first turns out to have left', async ({
  customer,
  account,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: ledger })
  await button(wizard, 'Continue').click()
  await authorize(wizard)
  await expect(wizard.getByRole('status')).toHaveText('130 to choose from')
  await expect(option(wizard, /./)).toHaveCount(130)
  await expect(wizard.getByRole('radio', { checked: true })).toHaveCount(0)
  await expect(option(wizard, /Company 040 .*closed/)).toBeDisabled()
  await look(wizard, 'choices')

  await test.step('the list has its place before the script comes, and keeps it', async () => {
    const release = await reloadWithoutScripts(wizard)
    const set = wizard.getByRole('radiogroup', { name: 'Organisation' })
    await expect(set.getByRole('status')).toHaveText('Reading the list…')
    const place = await set.boundingBox()
    expect(place?.height).toBeGreaterThan(200)
    release()
    await expect(option(wizard, /./)).toHaveCount(130)
    await expect(set).toHaveCount(1)
    expect(await set.boundingBox()).toMatchObject({ x: place?.x, y: place?.y, width: place?.width })
  })

  // Nothing is taken unseen.
  await button(wizard, 'Continue').click()
  await expect(wizard.getByRole('radiogroup', { name: 'Organisation' })).toBeFocused()
  await expect(wizard.getByText('choose one of the list')).toBeVisible()
  await look(wizard, 'choices-missing')

  await wizard.getByLabel('Search').fill('akesson zebra')
  await expect(option(wizard, /./)).toHaveCount(1)
  await wizard.getByLabel('Search').fill('no such thing')
  await expect(wizard.getByText('Nothing here matches')).toBeVisible()
  await button(wizard, 'Clear the search').click()
  await option(wizard, /Company 002/).check()
  await wizard.getByLabel('Search').fill('zebra')
  await expect(wizard.getByText('Chosen: Company 002')).toBeVisible()
  await button(wizard, 'Continue').click()

  await expect(wizard.getByText('This organisation has left.')).toBeVisible()
  await expect(wizard.getByText('Organisation', { exact: false }).first()).toBeVisible()
  await button(wizard, 'Choose again').click()
  await expect(option(wizard, /Company 002/)).toBeChecked()
  await wizard.getByLabel('Search').fill('zebra')
  // A list that is still being read is asked for anew, and what had the focus in it has gone.
  await expect(option(wizard, /./)).toHaveCount(1)
  await option(wizard, /Zebra/).focus()
  await wizard.keyboard.press('Space')
  await button(wizard, 'Continue').click()
  await passCheck(wizard)
  await selectStreams(wizard, ['invoices'])
  await expectAllSet(wizard)
  const { id } = await call.result()
  expect((await account.getSource(id)).properties).toMatchObject({ organisation: 'org-078' })
})

test('where there is no organisation that is said; the only one is chosen already, and sent by the person', async ({
  customer,
}) => {
  const { wizard } = await customer.open('addSource', { type: ledger })
  await wizard.getByLabel('Firm').fill('None yet')
  await button(wizard, 'Continue').click()
  await authorize(wizard)
  await expect(wizard.getByText('There is nothing here that this account may choose')).toBeVisible()
  await look(wizard, 'choices-none')

  await button(wizard, 'Back').click()
  await wizard.getByLabel('Firm').fill('Only one')
  await button(wizard, 'Continue').click()
  await expect(option(wizard, /Company 001/)).toBeChecked()
  await expect(wizard.getByText('This is the only one there is.')).toBeVisible()
  await look(wizard, 'choices-one')
  await button(wizard, 'Continue').click()
  await passCheck(wizard)
})

test('a list that cannot be read says so, and is tried again', async ({ customer }) => {
  const { wizard } = await customer.open('addSource', { type: ledger })
  await wizard.getByLabel('Firm').fill('Out of order')
  await button(wizard, 'Continue').click()
  await authorize(wizard)
  await expect(wizard.getByText('The service has a problem at the moment.')).toBeVisible()
  await look(wizard, 'choices-unread')
  const again = wizard.waitForResponse((response) => response.url().endsWith('/options/find'))
  await button(wizard, 'Try again').click()
  expect((await again).status()).toBe(502)
  await expect(wizard.getByText('The service has a problem at the moment.')).toBeVisible()
})
