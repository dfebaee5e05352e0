import type { Locator, Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import { noteSecretsOf } from '../../evidence.ts'
import type { DatabaseSettings } from '../../database.ts'
import { expect, test } from '../../fixtures.ts'
import { clickDone, expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'
import { openLiveCatalog } from './live-catalog-page.ts'

/** The catalog's element on a customer's page, with the host itself behind it. */

/** As a page does that puts the token into its HTML. */
async function giveToken(catalog: Locator, token: string): Promise<void> {
  await catalog.evaluate((element, token) => element.setAttribute('token', token), token)
}

async function customerToken(account: Account): Promise<string> {
  const made = (await account.call('POST', `/customer/${account.id}/token`, {})) as { token: string }
  noteSecretsOf(made)
  return made.token
}

const connectButton = (catalog: Locator) => catalog.getByRole('button', { name: 'Connect PostgreSQL' })

async function openWizard(page: Page, button: Locator): Promise<Page> {
  const [wizard] = await Promise.all([page.waitForEvent('popup'), button.click()])
  return wizard
}

async function connectDatabase(wizard: Page, database: DatabaseSettings): Promise<void> {
  await fillPostgresForm(wizard, { ...database, name: 'Warehouse' })
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  await clickDone(wizard)
}

test('a page whose back end has no token yet: the catalog comes with the next try', async ({
  page,
  cleanStack,
  account,
}) => {
  const catalog = await openLiveCatalog(page, cleanStack, [account])
  await expect(catalog.getByRole('alert')).toHaveText('This could not be loaded.')
  cleanStack.customerSite.addAccount(String(account.id), account.accessToken)
  await catalog.getByRole('button', { name: 'Try again' }).click()
  await expect(connectButton(catalog)).toBeVisible()
  await expect(catalog.getByRole('alert')).toHaveCount(0)
})

test('a session that ends while the window is open: what was made stays, and is there after the next sign-in', async ({
  page,
  cleanStack,
  account,
  database,
}) => {
  const brief = (await account.call('POST', '/v4/access-tokens', {})) as { id: string; access_token: string }
  noteSecretsOf(brief)
  const catalog = await openLiveCatalog(page, cleanStack, [])
  await expect(catalog.getByRole('alert')).toHaveText('You are signed out.')
  await giveToken(catalog, await customerToken(account.withAccessToken(brief.access_token)))
  const wizard = await openWizard(page, connectButton(catalog))
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeEnabled()
  // With it ends what it made.
  await account.call('DELETE', `/v4/access-tokens/${brief.id}`)
  await connectDatabase(wizard, database)
  await expect(catalog.getByRole('alert')).toHaveText('You are signed out.')

  await giveToken(catalog, await customerToken(account))
  await expect(catalog.getByRole('button', { name: 'Manage PostgreSQL' })).toBeVisible()
})

test('two catalogs on a page, of two accounts, know nothing of each other', async ({
  page,
  cleanStack,
  account,
  database,
}) => {
  const { api, customerSite, origins } = cleanStack
  const other = await api.createAccount([origins.opener])
  for (const one of [account, other]) customerSite.addAccount(String(one.id), one.accessToken)
  const catalogs = await openLiveCatalog(page, cleanStack, [account, other])
  const [mine, theirs] = [catalogs.nth(0), catalogs.nth(1)]
  // What is far below is drawn once it comes into sight.
  await theirs.getByRole('searchbox').fill('PostgreSQL')
  await expect(connectButton(theirs)).toBeVisible()
  await connectDatabase(await openWizard(page, connectButton(mine)), database)
  await expect(mine.getByRole('button', { name: 'Manage PostgreSQL' })).toBeVisible()
  await expect(connectButton(theirs)).toBeVisible()
  expect(await other.call('GET', '/v4/sources')).toEqual([])
})

test.describe('where the operator shows the catalog to everybody', () => {
  test.use({ hostEnv: { BOBBIN_ANONYMOUS_CATALOG: 'true' } })

  test('who is not signed in sees what there is, and signs in to connect it', async ({
    page,
    cleanStack,
    account,
  }) => {
    const catalog = await openLiveCatalog(page, cleanStack, [])
    await connectButton(catalog).click()
    await expect(catalog.getByText('Sign in to connect this.').first()).toBeVisible()
    expect(page.context().pages()).toEqual([page])
    await giveToken(catalog, await customerToken(account))
    const wizard = await openWizard(page, connectButton(catalog))
    await expect(wizard.getByLabel('Host', { exact: true })).toBeVisible()
  })
})
