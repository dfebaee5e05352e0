import { expect, test } from '../../fixtures.ts'
import { passCheck } from '../../wizard-window.ts'
import { look } from './look.ts'

/** What a setting of the form can be is read with what the form holds, before anything is saved. */

// The screens are looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })

test('a database is chosen from a list of those that the server has', async ({ customer, database }) => {
  const { wizard } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  const field = (title: string) => wizard.getByLabel(title, { exact: true })
  const button = (name: string) => wizard.getByRole('button', { name, exact: true })
  const choose = button('Choose from a list')
  const dialog = wizard.getByRole('dialog', { name: 'Choose: Database' })

  // What the list depends on is asked for at its fields.
  await choose.click()
  for (const title of ['Host', 'User', 'Password']) {
    await expect(field(title)).toHaveAttribute('aria-invalid', 'true')
  }
  await expect(field('Database')).not.toHaveAttribute('aria-invalid', 'true')

  await field('Host').fill(database.host)
  await field('Port').fill(database.port)
  await field('User').fill(database.user)
  await field('Password').fill('not the password')
  await field('Encryption (TLS)').selectOption('disable')
  await choose.click()
  await expect(dialog.getByRole('alert')).toContainText('password')
  await look(wizard, 'form-list-refused')
  await button('Done').click()
  await expect(dialog).toBeHidden()

  await field('Password').fill(database.password)
  await choose.click()
  await expect(dialog.getByRole('radio', { name: database.dbname, exact: true })).toBeVisible()
  await look(wizard, 'form-list')
  await dialog.getByRole('radio', { name: database.dbname, exact: true }).check()
  await wizard.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(field('Database')).toHaveValue(database.dbname)
  await expect(choose).toBeFocused()

  await button('Continue').click()
  await passCheck(wizard)
})
