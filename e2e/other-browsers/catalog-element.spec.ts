import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../wizard-window.ts'
import { awaitNewWindow, drivenWindow } from './driven-window.ts'
import { expect, test } from './fixtures.ts'

test('an element from a plain script tag lists, finds, connects in its window, and removes', async ({
  cleanStack,
  account,
  database,
  profile,
  display,
  firstWindow: page,
}) => {
  const show = (tag: string, name: string) => page.inside('bobbin-catalog', tag, name)
  cleanStack.customerSite.addAccount(String(account.id), account.accessToken)
  await page.goto(`${cleanStack.origins.opener}/live-catalog.html?account=${account.id}`)
  await show('input', 'Search').fill('postgres')
  await show('p', 'One found').waitFor()

  const known = await profile.windows()
  await show('button', 'Connect PostgreSQL').click()
  const wizard = drivenWindow(profile, display, await awaitNewWindow(profile, known))
  await fillPostgresForm(wizard, { ...database, name: 'Warehouse' })
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  await wizard.expectClosed()
  await show('p', 'Connected').waitFor()

  await show('button', 'Manage PostgreSQL').click()
  await show('button', 'Remove Warehouse').click()
  await show('button', 'Remove').click()
  await show('button', 'Connect').waitFor()
  await show('button', 'Close').click()
  await show('button', 'Connect PostgreSQL').waitFor()
  expect(await profile.windows()).toEqual(known)
})
