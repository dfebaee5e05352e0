import type { Page } from '@playwright/test'
import { isolated } from '@bobbin/shared/isolated'
import { expect, test } from '../../fixtures.ts'
import { clickDone, expectAllSet, passCheck } from '../../wizard-window.ts'
import { look } from './look.ts'

/** Streams that the credentials cannot read, and what the app's token says of the others. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const field = (wizard: Page, name: string) => wizard.getByLabel(name, { exact: true })
const row = (wizard: Page, name: string) => wizard.getByRole('checkbox', { name, exact: true })

async function signIn(wizard: Page): Promise<void> {
  await field(wizard, 'Sign in by').selectOption('API key')
  await field(wizard, 'Subdomain').fill('provider')
  await field(wizard, 'API key').fill('desk-key-of-the-e2e-tests')
  await button(wizard, 'Continue').click()
}

test('a customer sees what the app needs and what cannot be read, and chooses among the rest', async ({
  customer,
  account,
}) => {
  await customer.load({ scope: { streams: { required: ['tickets', 'gone'], hidden: ['audit'] } } })
  const { wizard, call } = await customer.open('addSource', { type: 'platform.desk' })
  await signIn(wizard)
  await passCheck(wizard)
  await expect(wizard.getByRole('checkbox', { name: 'audit', exact: true })).toHaveCount(0)
  await expect(wizard.getByText('1 of 4 objects selected')).toBeVisible()

  await expect(row(wizard, 'tickets')).toBeChecked()
  await expect(row(wizard, 'tickets')).toHaveAccessibleDescription(/^\u2068?.+\u2069? needs this object\./)
  await expect(row(wizard, 'payouts')).toHaveAccessibleDescription(/permission .*payouts:read/)
  await expect(row(wizard, 'forecasts')).toHaveAccessibleDescription(/plan .*Enterprise/)
  for (const [name, isChecked] of [
    ['tickets', true],
    ['payouts', false],
  ] as const) {
    await expect(row(wizard, name)).toHaveAttribute('aria-disabled', 'true')
    await row(wizard, name).focus()
    await wizard.keyboard.press('Space')
    await expect(row(wizard, name)).toBeChecked({ checked: isChecked })
  }
  await wizard.getByRole('checkbox', { name: 'Select all 2 objects' }).click()
  await expect(wizard.getByText('2 of 4 objects selected')).toBeVisible()
  await expect(button(wizard, 'Skip for now')).toHaveCount(0)
  await look(wizard, 'streams-locked')

  await button(wizard, `Open ${isolated('tickets')}`).click()
  const opened = wizard.getByRole('dialog', { name: 'tickets' })
  await expect(opened.getByRole('switch')).toBeDisabled()
  await expect(opened.getByText('needs this object.')).toBeVisible()
  await look(wizard, 'stream-needed')
  await opened.getByRole('button', { name: 'Close' }).click()

  await button(wizard, 'Save selection').click()
  await expectAllSet(wizard)
  await clickDone(wizard)
  expect((await call.result()).selected_streams).toEqual(['authors', 'tickets'])
  const { data } = (await account.call('GET', '/v4/events?types=flow.completed')) as { data: object[] }
  expect(data).toMatchObject([{ data: { ignored_token_streams: ['gone'] } }])
})

test('what the app needs and nobody can read is said, and nothing ends in silence', async ({ customer }) => {
  await customer.load({ scope: { streams: { required: ['payouts'], allowed: ['payouts'] } } })
  const { wizard, call } = await customer.open('addSource', { type: 'platform.desk' })
  await signIn(wizard)
  await passCheck(wizard)
  await button(wizard, 'Save selection').click()
  await expect(wizard.getByRole('alert')).toContainText('needs this stream')
  await expect(wizard.getByRole('alert')).toContainText('payouts:read')
  await look(wizard, 'streams-needed-locked')
  await expect(button(wizard, 'Back')).toBeVisible()
  await button(wizard, 'Cancel').click()
  await wizard.getByRole('button', { name: 'Close and keep' }).click()
  expect((await call.error()).name).toBe('AppClosedPrematurelyError')
})

test('a step without a choice is left out', async ({ customer }) => {
  await customer.load({ scope: { streams: { required: ['tickets', 'authors'], allowed: ['tickets'] } } })
  const { wizard, call } = await customer.open('addSource', { type: 'platform.desk' })
  await signIn(wizard)
  await expectAllSet(wizard)
  await expect(wizard.getByRole('navigation', { name: 'Steps' }).getByText('Streams')).toHaveCount(0)
  await clickDone(wizard)
  expect(await call.result()).toMatchObject({
    step: 'fully_configured',
    selected_streams: ['authors', 'tickets'],
  })
})
