import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/free-port.mjs'
import { childServer, type ChildServer } from '../../child-server.ts'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { clickDone, closeAsUser, expectAllSet, passCheck, selectStreams } from '../../wizard-window.ts'
import { look } from './look.ts'

/** The sample app as `npm start` brings it: plain http, two `localhost` names, no account to make first. */
let demo: ChildServer
let url: string
let hostUrl: string
const dataDir = mkdtempSync(join(tmpdir(), 'bobbin-demo-'))

test.beforeAll(async () => {
  demo = childServer({
    name: 'The demo',
    script: 'host-app/demo/main.ts',
    port: await freePort(),
    healthPath: '/readyz',
    logFile: join(dataDir, 'demo.log'),
    env: { BOBBIN_DATA_DIR: dataDir },
  })
  await demo.start()
  const address = () => /Open it here:\s+(\S+)/.exec(demo.readLog())?.[1] ?? ''
  await expect.poll(address).not.toBe('')
  url = address()
  hostUrl = /host app\s+(\S+)/.exec(demo.readLog())?.[1] ?? ''
})
test.afterAll(async () => {
  await demo.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test('a newcomer connects the demo service, and sees what the page got', async ({ page }) => {
  await page.goto(url)
  await expect(page.getByRole('button', { name: 'Connect Demo CRM' })).toBeVisible()
  await expect(
    page.getByRole('group', { name: 'With the chosen source' }).getByRole('button').first(),
  ).toBeDisabled()
  await look(page, 'demo-empty')

  const popup = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Connect Demo CRM' }).click()
  const wizard = await popup
  await wizard.getByRole('button', { name: 'Continue' }).click()
  await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await answerProvider(wizard, { name: 'Nina Newcomer' })
  await passCheck(wizard)
  await look(page, 'demo-open')
  await selectStreams(wizard, ['deals', 'contacts'])
  await expectAllSet(wizard)
  await clickDone(wizard)

  const result = page.getByRole('region', { name: 'What came of it' })
  await expect(result.getByText('Connected: Demo CRM')).toBeVisible()
  await expect(result.getByText('It is ready')).toBeVisible()
  await expect(result.getByText('2 streams were chosen:')).toBeVisible()
  await expect(result.getByRole('listitem')).toHaveText(['contacts', 'deals'])
  // And beside it what the page's code got.
  await expect(result.getByText('"selected_streams_count": 2')).toBeVisible()
  await expect(page.getByText('ready', { exact: true })).toBeVisible()
  await look(page, 'demo-connected')
  await page.getByRole('button', { name: 'Catalog' }).click()
  await expect(page.getByText(/GET \/sources\/\d+\/catalog/)).toBeVisible()
  await look(page, 'demo-catalog')

  const again = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const edit = await again
  await expect(edit.getByRole('button', { name: 'Save changes' })).toBeEnabled()
  await closeAsUser(edit)
  await expect(page.getByText('AppClosedPrematurelyError')).toBeVisible()
  await expect(result.getByText('The window was closed before the end. Nothing is lost')).toBeVisible()
  await look(page, 'demo-closed')

  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByText('ready', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Delete it for good?' }).click()
  await expect(result.getByText('Deleted: Demo CRM')).toBeVisible()
  await expect(page.getByText('None yet.')).toBeVisible()
  await look(page, 'demo-deleted')

  await page.goto(hostUrl)
  await expect(page.getByRole('heading', { name: 'This is a Bobbin host' })).toBeVisible()
  await look(page, 'host-home')
})

test('its catalog tab shows all that can be connected, by the keyboard, and connects', async ({ page }) => {
  await page.goto(url)
  await page.getByRole('tab', { name: 'One by one' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Catalog' })).toBeFocused()
  const catalog = page.locator('bobbin-catalog')
  await expect(catalog.getByRole('button', { name: 'Connect PostgreSQL' })).toBeVisible()
  await look(page, 'demo-tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('demo')
  await expect(catalog.getByRole('listitem')).toHaveCount(1)

  const popup = page.waitForEvent('popup')
  await catalog.getByRole('button', { name: 'Connect Demo CRM' }).press('Enter')
  const wizard = await popup
  await wizard.getByRole('button', { name: 'Continue' }).click()
  await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await answerProvider(wizard, { name: 'Nina Newcomer' })
  await passCheck(wizard)
  await selectStreams(wizard, ['deals'])
  await expectAllSet(wizard)
  await clickDone(wizard)
  await expect(catalog.getByRole('listitem').getByText('Connected', { exact: true })).toBeVisible()
  await catalog.getByRole('button', { name: 'Demo CRM', exact: true }).click()
  await expect(catalog.getByRole('dialog', { name: 'Demo CRM' })).toBeVisible()
  await look(page, 'demo-tab-details')
  await catalog.getByRole('button', { name: 'Remove Demo CRM' }).click()
  await catalog.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(catalog.getByRole('button', { name: 'Remove Demo CRM' })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(catalog.getByRole('button', { name: 'Connect Demo CRM' })).toBeVisible()
})
