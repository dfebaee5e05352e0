import { expectAccessible } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { reloadWithoutScripts } from '../../reload-without-scripts.ts'
import { passCheck } from '../../wizard-window.ts'

test('a connection string that is pasted or left in one field fills the others, and shows no password', async ({
  customer,
  database,
}) => {
  const { wizard } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  const field = (title: string) => wizard.getByLabel(title, { exact: true })
  const { host, port, dbname, user, password } = database
  const address = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${dbname}`

  await test.step('pasted', async () => {
    // Before that there is no script to show, or to take a paste.
    await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
    await field('Password').fill('shown')
    await wizard.getByRole('button', { name: 'Show' }).click()
    await field('Name').fill(`psql "${address}?sslmode=disable&options=x"`)
    await field('Name').press('ControlOrMeta+a')
    await field('Name').press('ControlOrMeta+x')
    await field('Name').fill('Shop')
    await field('Host').press('ControlOrMeta+v')
    await expect(field('Password')).toHaveValue(password)
    await expect(field('Password')).toHaveAttribute('type', 'password')
    await expect(wizard.getByRole('button', { name: 'Show' })).toBeVisible()
    await expect(field('Host')).toHaveValue(host)
    await expect(field('Port')).toHaveValue(port)
    await expect(field('Database')).toHaveValue(dbname)
    await expect(field('User')).toHaveValue(user)
    await expect(field('Encryption (TLS)')).toHaveValue('disable')
    await expect(field('Name')).toHaveValue('Shop')
    const said = wizard.getByRole('status').filter({ hasText: 'Filled in from what you pasted' })
    await expect(said).toContainText('Left alone: options.')
    await expect(said).not.toContainText(password)
    await expectAccessible(wizard)
  })

  await test.step('what is no address is pasted as it is', async () => {
    await field('Database').fill('a=b')
    await field('Database').press('ControlOrMeta+a')
    await field('Database').press('ControlOrMeta+x')
    await field('Database').press('ControlOrMeta+v')
    await expect(field('Database')).toHaveValue('a=b')
  })

  await test.step('pasted before the script ran', async () => {
    await field('Name').fill('a = b')
    const releaseScripts = await reloadWithoutScripts(wizard)
    // Looks like one, and is none.
    await field('Name').fill('c = d')
    await field('User').fill(address)
    await field('User').press('ControlOrMeta+a')
    await field('User').press('ControlOrMeta+x')
    await field('Host').press('ControlOrMeta+a')
    await field('Host').press('ControlOrMeta+v')
    await expect(field('Host')).toHaveValue(address)
    releaseScripts()
    await expect(field('Host')).toHaveValue(host)
    await expect(field('Password')).toHaveValue(password)
    await expect(field('Password')).toHaveAttribute('type', 'password')
    await expect(field('Name')).toHaveValue('c = d')
    await expect(wizard.getByRole('status').filter({ hasText: 'Filled in from' })).toBeVisible()
  })

  await test.step('left in a field', async () => {
    await field('Host').fill(address)
    await field('Password').fill('')
    await wizard.getByRole('button', { name: 'Continue' }).click()
    await passCheck(wizard)
  })
})
