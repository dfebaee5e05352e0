import type { Page } from '@playwright/test'
import { isolated } from '@bobbin/shared/isolated'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { appName } from '../../stack.ts'
import { expectAllSet, fillPostgresForm, passCheck } from '../../wizard-window.ts'
import { createCrmSource, demoCrm, goToProvider } from '../popup/crm-trip.ts'
import { claim, randomId } from '../security/scripted-page.ts'
import { closeDoors, openDoor } from './door.ts'
import { look } from './look.ts'

/** Every screen of the wizard, looked at; `E2E_PICTURES=1` leaves the pictures in `test-results/screens`. */

const postgres = 'platform.hp-postgres'

/** One pixel. */
const logo =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

// Long, and each on its own: any worker may take one.
test.describe.configure({ mode: 'parallel' })
// Each screen is looked at for longer than anybody does.
test.use({ timings: { claim: 120_000, load: 120_000, done: 120_000, presenceGrace: 120_000 } })
test.afterEach(closeDoors)

test('screens of the form', async ({ customer, account, database, cleanStack }) => {
  const { wizard } = await customer.open('addSource', { type: postgres })
  const goOn = wizard.getByRole('button', { name: 'Continue' })
  await expect(goOn).toBeEnabled()
  await look(wizard, 'form')
  await goOn.click()
  await expect(wizard.getByRole('heading', { name: '4 settings need your attention' })).toBeVisible()
  await wizard.getByText('Advanced settings').click()
  await look(wizard, 'form-faulty')
  await wizard.getByLabel('Host', { exact: true }).fill('somewhere')
  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await expect(wizard.getByRole('dialog', { name: 'Stop here?' })).toBeVisible()
  await look(wizard, 'cancel-question')
  await wizard.close()

  const { id } = await account.createSource({
    type: postgres,
    display_name: 'Shop',
    properties: { host: database.host, dbname: 'odd', user: 'reader', password: 'a secret' },
  })
  const held = cleanStack.proxy.rule({ path: '/token' }, { hold: true })
  const edit = await customer.open('editSource', { id })
  await expect(edit.wizard.getByRole('heading', { level: 1, name: 'Preparing…' })).toBeVisible()
  await look(edit.wizard, 'preparing')
  held.lift()
  await expect(edit.wizard.getByRole('heading', { level: 1, name: 'Edit PostgreSQL' })).toBeVisible()
  // Not saved, but in force.
  await expect(edit.wizard.getByLabel('Port', { exact: true })).toHaveValue('5432')
  // What is not there to be changed is not named.
  await expect(edit.wizard.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    /needed again when Host, Port, Encryption \(TLS\), Client certificate, or Connect through an SSH tunnel changes\.$/,
  )
  await look(edit.wizard, 'form-edit')
  await edit.wizard.getByRole('button', { name: 'Save changes' }).click()
  await expectAllSet(edit.wizard)
})

test('the screen of a window that asked for too much', async ({ customer, database }) => {
  const { wizard } = await customer.open('addSource', { type: postgres })
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  await wizard.evaluate(async () => {
    const keep = `${location.pathname}/account/keep`
    for (let sent = 0; sent < 240; sent += 1) await fetch(keep, { method: 'POST' })
  })
  await fillPostgresForm(wizard, database)
  await expect(wizard.getByRole('alert')).toContainText(
    'Nothing you entered is lost: wait a minute, then try again.',
  )
  await look(wizard, 'form-too-often')
  await expect(wizard.getByLabel('Host', { exact: true })).toHaveValue(database.host)
  await expect(wizard.getByLabel('Password', { exact: true })).toHaveValue(database.password)
  // Too early.
  await wizard.getByRole('button', { name: 'Try again' }).click()
  await expect(wizard.getByRole('alert')).toContainText('wait a minute')
})

test('screens of the authorization', async ({ customer, account }) => {
  const id = await createCrmSource(account)
  const { wizard } = await customer.open('onlyAuthorizeSource', { id })
  await expect(wizard.getByRole('link', { name: 'Authorize with Demo CRM' })).toBeVisible()
  await look(wizard, 'oauth')
  await goToProvider(wizard)
  await look(wizard, 'provider-sign-in')
  await answerProvider(wizard, { answer: 'Deny' })
  await expect(wizard.getByRole('link', { name: 'Try again' })).toBeVisible()
  await look(wizard, 'oauth-refused')
  await wizard.getByRole('link', { name: 'Try again' }).click()
  await answerProvider(wizard)
  await expectAllSet(wizard)
  await look(wizard, 'done-account')
})

test('screens of the check', async ({ customer, database }) => {
  const door = await openDoor(database, 'is silent')
  const { wizard } = await customer.open('addSource', { type: postgres })
  await wizard.getByText('Advanced settings').click()
  await wizard.getByLabel('Connection timeout').fill('120')
  await fillPostgresForm(wizard, { ...database, port: String(door.port) })
  await expect(wizard.getByRole('heading', { level: 1, name: 'Checking the connection' })).toBeVisible()
  await wizard.getByText('Log', { exact: true }).click()
  await look(wizard, 'check-running')
  await closeDoors()
  await expect(wizard.getByRole('heading', { level: 1, name: 'The check failed' })).toBeVisible()
  await look(wizard, 'check-failed')
  await wizard.getByRole('button', { name: 'Edit settings' }).click()
  await expect(wizard.getByRole('alert')).toBeVisible()
  await look(wizard, 'form-after-check')
})

test('screens of the streams', async ({ customer, database }) => {
  const { wizard } = await customer.open('addSource', { type: postgres })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await look(wizard, 'streams')
  await wizard.getByRole('button', { name: 'Save selection' }).click()
  await expect(wizard.getByText('Select at least one table, or skip this step for now.')).toBeVisible()
  await look(wizard, 'streams-none-selected')
  const search = wizard.getByLabel('Find a stream')
  await search.fill('no such stream')
  await expect(wizard.getByText('No table matches “no such stream”.')).toBeVisible()
  await look(wizard, 'streams-no-match')
  for (const [name, picture] of [
    ['all_types', 'stream'],
    ['order_totals', 'stream-view'],
  ] as const) {
    await search.fill(name)
    await wizard.getByRole('button', { name: `Open ${isolated(name)}` }).click()
    const dialog = wizard.getByRole('dialog', { name })
    await expect(dialog.getByRole('group', { name: 'How it is kept up to date' })).toBeVisible()
    await look(wizard, picture)
    await dialog.getByRole('button', { name: 'Close' }).click()
  }
  await search.fill('order')
  await clickCentre(wizard, 'orders')
  await expect(wizard.getByRole('checkbox', { name: 'orders', exact: true })).toBeChecked()
  await look(wizard, 'streams-selected')
  await wizard.getByRole('button', { name: 'Save selection' }).click()
  await expectAllSet(wizard)
  await look(wizard, 'done')
})

test('screens that end a window', async ({ customer, account, cleanStack, browser, newTab }) => {
  const { wizard } = await customer.open('addSource', { type: demoCrm })
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  const { origins } = cleanStack
  const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true, viewport: null })
  const pages = [
    { name: 'elsewhere', path: new URL(wizard.url()).pathname, page: await elsewhere.newPage() },
    { name: 'link-incomplete', path: '/connect/abc', page: await newTab() },
    { name: 'answer-of-nobody', path: '/oauth/callback/demo-crm?state=abc&code=abc', page: await newTab() },
  ]
  for (const { name, path, page } of pages) {
    await page.goto(origins.wizard + path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page, name)
    await page.close()
  }
  await elsewhere.close()

  const flowId = randomId()
  const request = { app_key: randomId(), ephemeral_token: await account.createToken(), type: demoCrm }
  expect((await claim(cleanStack, flowId, request)).status).toBe(200)
  const mailed = await newTab()
  await mailed.goto(`${origins.wizard}/connect/${flowId}`)
  await mailed.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(mailed.getByRole('button', { name: `Continue to ${appName}` })).toBeVisible()
  await look(mailed, 'consent')
  await account.call('PUT', '/v4/account', {
    app_name: 'חנות Analytics for Enterprises of Any Size, and Those Who Work for Them, Ltd.',
    app_logo: logo,
  })
  await mailed.reload()
  await mailed.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(mailed.getByRole('button', { name: /^Continue to חנות Analytics/ })).toBeVisible()
  const logos = mailed.locator('img[src^="/app-logos/"]')
  await expect(logos).toHaveCount(2)
  for (const one of await logos.all()) expect(await one.evaluate(isDrawn)).toBe(true)
  await look(mailed, 'consent-app')
  await mailed.getByRole('button', { name: 'Cancel' }).click()
  await expect(mailed.getByRole('heading', { level: 1, name: 'Cancelled' })).toBeVisible()
  await expect(mailed.getByText('You can close this window.')).toBeVisible()
  await look(mailed, 'cancelled')
})

const isDrawn = (image: HTMLImageElement | SVGElement | HTMLElement) =>
  image instanceof HTMLImageElement && image.complete && image.naturalWidth === 1

/** As a mouse does: nothing but the checkbox itself may lie over its centre. */
async function clickCentre(wizard: Page, name: string): Promise<void> {
  const box = await wizard.getByRole('checkbox', { name, exact: true }).boundingBox()
  if (!box) throw new Error(`There is no checkbox ${name}.`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const hit = () =>
    wizard.evaluate(([left = 0, top = 0]) => document.elementFromPoint(left, top)?.tagName, [x, y])
  // What a dialog covered takes no click at first.
  await expect.poll(hit).toBe('INPUT')
  await wizard.mouse.click(x, y)
}
