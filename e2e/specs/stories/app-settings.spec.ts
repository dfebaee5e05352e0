import type { Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import type { CustomerPage } from '../../customer-page.ts'
import type { DatabaseSettings } from '../../database.ts'
import { noteSecret } from '../../evidence.ts'
import { expect, test } from '../../fixtures.ts'
import { appName } from '../../stack.ts'
import { expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { look } from './look.ts'

/** An app that knows some of the settings gives them with the token: locked, hidden, or prefilled. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

const type = 'platform.hp-postgres'
const button = (wizard: Page, name: string) => wizard.getByRole('button', { name, exact: true })
const field = (wizard: Page, name: string) => wizard.getByLabel(name, { exact: true })
const setByApp = new RegExp(`^Set by .?${appName}`)

/** What the app gives: where its database is, and by whom it is read. The name of the database is the person's to say. */
const given = ({ host, port, user, password }: DatabaseSettings) => ({
  host: { value: host, locked: true },
  port: { value: port, locked: true },
  ssl: { value: 'disable', locked: true },
  user: { value: user, hidden: true },
  password: { value: password, hidden: true },
})

const loadWith = (customer: CustomerPage, properties: object) => customer.load({ scope: { properties } })

async function finish(wizard: Page): Promise<void> {
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
}

const settingsOf = async (account: Account, id: number) =>
  (await account.call('GET', `/v4/sources/${id}/config`)) as Record<string, string>

test('what is locked is seen and cannot be changed, what is hidden is not there, and an edit keeps both', async ({
  customer,
  account,
  database,
}) => {
  noteSecret('password of the app', database.password)
  await loadWith(customer, given(database))
  const { wizard, call } = await customer.open('addSource', { type })
  await expect(field(wizard, 'Host')).toHaveValue(database.host)
  await expect(field(wizard, 'Host')).not.toBeEditable()
  await expect(field(wizard, 'Host')).toHaveAccessibleDescription(setByApp)
  await expect(field(wizard, 'Encryption (TLS)').getByRole('option')).toHaveCount(1)
  for (const title of ['User', 'Password']) await expect(field(wizard, title)).toHaveCount(0)
  await look(wizard, 'app-settings')

  await test.step('a page that posts another value for what is locked is refused, and nothing is made', async () => {
    await field(wizard, 'Host').evaluate((input: HTMLInputElement) => (input.readOnly = false))
    await field(wizard, 'Host').fill('evil.example')
    await field(wizard, 'Database').fill(database.dbname)
    await button(wizard, 'Continue').click()
    await expect(wizard.getByText('Host is set by the app that asks.').first()).toBeVisible()
    await look(wizard, 'app-settings-refused')
    expect(await account.call('GET', '/v4/sources')).toEqual([])
  })

  await test.step('a reload has the app’s own again, and what was typed of the rest', async () => {
    await wizard.reload()
    await expect(field(wizard, 'Host')).toHaveValue(database.host)
    await expect(field(wizard, 'Database')).toHaveValue(database.dbname)
    await button(wizard, 'Continue').click()
    await finish(wizard)
  })
  const { id } = await call.result()
  const made = await settingsOf(account, id)
  expect(made).toMatchObject({ host: database.host, user: database.user, password: database.password })
  await wizard.close()

  await test.step('an edit later keeps them, whether the app gives them again or says that they stay', async () => {
    for (const properties of [given(database), { host: { locked: true }, user: { hidden: true } }]) {
      await loadWith(customer, properties)
      const edit = await customer.open('editSource', { id })
      await expect(field(edit.wizard, 'Host')).toHaveValue(database.host)
      await expect(field(edit.wizard, 'Host')).not.toBeEditable()
      await expect(field(edit.wizard, 'User')).toHaveCount(0)
      await field(edit.wizard, 'Name').fill(`Warehouse ${Object.keys(properties).length}`)
      await button(edit.wizard, 'Save changes').click()
      await expectAllSet(edit.wizard)
      await edit.call.result()
      await edit.wizard.close()
      expect(await settingsOf(account, id)).toEqual(made)
    }
  })
})

test('a claim that comes late: what the app sets takes its place, and what was typed beside it stays', async ({
  cleanStack: { proxy },
  customer,
  database,
}) => {
  await loadWith(customer, { ...given(database), connect_timeout: { value: '31' } })
  const claim = proxy.rule({ path: /\/claim$/ }, { hold: true })

  await test.step('nothing of it is known before', async () => {
    const { wizard } = await customer.open('addSource', { type })
    await expect(button(wizard, 'Continue')).toBeEnabled()
    await expect(field(wizard, 'Host')).toBeEditable()
    await field(wizard, 'Name').fill('Mine')
    await field(wizard, 'Database').fill(database.dbname)
    await field(wizard, 'Encryption (TLS)').selectOption('require')
    await button(wizard, 'Continue').click()
    for (const title of ['Host', 'User', 'Password']) {
      await expect(field(wizard, title)).toHaveAttribute('aria-invalid', 'true')
    }
    await field(wizard, 'Host').fill('typed-too-soon')
    await wizard.getByText('Advanced settings').click()
    await field(wizard, 'Host').focus()

    claim.lift()
    await expect(field(wizard, 'Host')).toHaveValue(database.host)
    // Who was in a field that is the app's now is still there.
    await expect(field(wizard, 'Host')).toBeFocused()
    await expect(field(wizard, 'Encryption (TLS)')).toHaveValue('disable')
    await expect(field(wizard, 'Connection timeout')).toHaveValue('31')
    await expect(field(wizard, 'Name')).toHaveValue('Mine')
    await expect(field(wizard, 'Database')).toHaveValue(database.dbname)
    // What was missing is not any more.
    await expect(wizard.getByRole('alert')).toHaveCount(0)
    await look(wizard, 'app-settings-late')
    await button(wizard, 'Continue').click()
    await finish(wizard)
  })
})

test('a form that is sent before its claim goes through, as far as nothing was typed against the app', async ({
  cleanStack: { proxy },
  customer,
  account,
}) => {
  await loadWith(customer, {
    start_date: { value: '2026-01-01', hidden: true },
    region: { value: 'us', locked: true },
  })
  const claim = proxy.rule({ path: /\/claim$/ }, { hold: true })
  const { wizard } = await customer.open('addSource', { type: 'platform.demo-crm' })
  await button(wizard, 'Continue').click()
  claim.lift()
  await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
  const [source] = (await account.call('GET', '/v4/sources')) as { properties: object }[]
  expect(source?.properties).toMatchObject({ start_date: '2026-01-01', region: 'us' })
})
