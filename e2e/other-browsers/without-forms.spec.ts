import { hosts } from '../hosts.ts'

import { fillPostgresForm, passCheck } from '../wizard-window.ts'
import { expect, test } from './fixtures.ts'

test('where a page’s sandbox allows no forms, its window goes on by a click and by Enter', async ({
  cleanStack,
  customerPage,
  database,
}) => {
  // As a sandboxed frame would be; the window inherits it.
  const sandbox = 'sandbox allow-scripts allow-popups allow-same-origin'
  cleanStack.proxy.rule(
    { host: hosts.opener, path: '/' },
    { headers: { 'Content-Security-Policy': sandbox } },
  )
  await customerPage.load()
  const { wizard } = await customerPage.open('addSource', { type: 'platform.hp-postgres' })
  await fillPostgresForm(wizard, { ...database, port: 'none' })
  await wizard.getByRole('link', { name: 'Port has to be a number' }).waitFor()
  const port = wizard.getByLabel('Port', { exact: true })
  await port.fill(database.port)
  expect(await port.inputValue()).toBe(database.port)
  await wizard.press('Enter')
  await passCheck(wizard)
})
