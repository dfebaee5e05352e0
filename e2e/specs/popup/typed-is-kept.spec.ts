import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { reloadWithoutScripts } from '../../reload-without-scripts.ts'
import { closeAsUser, expectAllSet, fillPostgresForm, passCheck } from '../../wizard-window.ts'
import { expectError } from './promises.ts'

test('what was typed and ticked outlives a reload and a closed window, but for secrets, until it is saved', async ({
  cleanStack,
  context,
  customer,
  database,
}) => {
  /** What this browser holds of the wizard. */
  async function stored(): Promise<string> {
    const { origins } = await context.storageState()
    const wizard = origins.find(({ origin }) => origin === cleanStack.origins.wizard)
    return JSON.stringify(wizard?.localStorage ?? [])
  }
  const { wizard, call } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  const field = (window: Page, title: string) => window.getByLabel(title, { exact: true })

  await test.step('a reload', async () => {
    await field(wizard, 'Name').fill('Orders')
    await field(wizard, 'Host').fill('typed-once')
    await field(wizard, 'Password').fill('hunter2-typed')
    await wizard.getByText('Advanced settings').click()
    await field(wizard, 'Connection timeout').fill('31')
    await expect.poll(stored).toContain('typed-once')
    expect(await stored()).not.toContain('hunter2')

    const releaseScripts = await reloadWithoutScripts(wizard)
    await field(wizard, 'Host').fill('typed-before-the-script')
    // What is not seen at first is not waited for either.
    await expect(wizard.getByLabel('Connection timeout')).toHaveCount(0)
    releaseScripts()
    await expect(field(wizard, 'Name')).toHaveValue('Orders')
    await expect(field(wizard, 'Host')).toHaveValue('typed-before-the-script')
    await expect(field(wizard, 'Connection timeout')).toHaveValue('31')
    await expect(field(wizard, 'Password')).toHaveValue('')
    await expect(field(wizard, 'Password')).toHaveAccessibleDescription(/please type it again/)
  })

  await test.step('a closed window', async () => {
    await closeAsUser(wizard)
    await expectError(call, { name: 'AppClosedPrematurelyError', canResume: true })
  })

  const again = await customer.open('resume the error')
  await test.step('that is resumed', async () => {
    await expect(field(again.wizard, 'Name')).toHaveValue('Orders')
    await expect(field(again.wizard, 'Host')).toHaveValue('typed-before-the-script')
    await expect(again.wizard.getByRole('status')).toContainText('What you typed before')
    // It would be lost: so Cancel asks.
    const cancel = again.wizard.getByRole('button', { name: 'Cancel', exact: true })
    await cancel.click()
    await again.wizard.getByRole('dialog').waitFor()
    await again.wizard.keyboard.press('Escape')
    await expect(cancel).toBeFocused()
    await field(again.wizard, 'Password').fill('again')
    await expect(field(again.wizard, 'Password')).not.toHaveAccessibleDescription(/please type it again/)
  })

  await test.step('what was saved is not kept, what is ticked is', async () => {
    await fillPostgresForm(again.wizard, database)
    await passCheck(again.wizard)
    expect(await stored()).toBe('[]')
    await again.wizard.getByLabel('Find a stream').fill('orders')
    await again.wizard.getByRole('checkbox', { name: 'orders', exact: true }).check()
    await again.wizard.reload()
    await again.wizard.getByLabel('Find a stream').fill('orders')
    await expect(again.wizard.getByRole('checkbox', { name: 'orders', exact: true })).toBeChecked()
    await again.wizard.getByRole('button', { name: 'Save selection' }).click()
    await expectAllSet(again.wizard)
    expect(await stored()).toBe('[]')
  })
  expect(await again.call.result()).toMatchObject({ selected_streams_count: 1 })
})
