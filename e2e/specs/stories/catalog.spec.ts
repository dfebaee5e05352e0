import type { Locator, Page } from '@playwright/test'
import type { CatalogConnection, CatalogConnector } from '@bobbin/shared/connector-catalog'
import type { Account } from '../../connect-api.ts'
import { noteSecretsOf } from '../../evidence.ts'
import { expect, test } from '../../fixtures.ts'
import { clickDone, expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../../wizard-window.ts'

async function tokenOf(account: Account): Promise<string> {
  const made = await account.call('POST', `/customer/${account.id}/token`, {})
  noteSecretsOf(made)
  return (made as { token: string }).token
}

type Shown = Partial<CatalogConnection>

/** A page that draws its own catalog: a button for each thing to do, and what came of the last one. */
async function drawCatalog(page: Page, opener: string, host: string, token: string): Promise<Locator> {
  await page.goto(opener)
  await page.evaluate(
    async ([host, token]) => {
      const { createCatalog, connectionStatus } = await import(`${host}/client/catalog.js`)
      const tokens = ['bob_cus_gone', token]
      const catalog = createCatalog()
      const events: string[] = []
      const status = (one?: Shown) => ['NotInstalled', 'Error', 'Connected'][connectionStatus(one)]
      for (const type of ['enable', 'remove'])
        catalog.on(`connection:${type}`, (one: CatalogConnection) =>
          events.push(`${type} ${one.connector.slug} ${status(one)}`),
        )
      const output = document.createElement('output')
      output.ariaLabel = 'Result'
      const button = (name: string, act: () => Promise<unknown>) => {
        const element = document.createElement('button')
        element.textContent = name
        element.onclick = async () => {
          output.textContent = ''
          const said = await act().catch(
            ({ name, code }: { name: string; code: string }) => `${name} ${code}`,
          )
          output.textContent = `${name}: ${said}; ${events.splice(0).join(', ')}`
        }
        document.body.append(element)
      }
      let postgres: Shown = {}
      const shown = (one: Shown) => {
        postgres = one
        return `${status(one)} ${one.id}`
      }
      button('Log in', async () => {
        await catalog.login(async () => tokens.shift() ?? token)
        return catalog.isLoggedIn()
      })
      button('List', async () => {
        const connectors = await catalog.listConnectors()
        return connectors.map((one: CatalogConnector) => `${one.slug} ${status(one.connection)}`)
      })
      button('Connect', async () => shown(await catalog.connect('postgres')))
      button('Look', async () => shown(await catalog.getConnectionOrConnector('postgres')))
      button('Repair', async () => shown(await catalog.reconnect(postgres)))
      button('Remove', async () => status(await catalog.removeConnection('postgres')))
      button('Log out', async () => {
        await catalog.logout()
        return catalog.isLoggedIn()
      })
      document.body.append(output)
    },
    [host, token] as const,
  )
  return page.getByLabel('Result')
}

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function openBy(page: Page, name: string): Promise<Page> {
  const [wizard] = await Promise.all([page.waitForEvent('popup'), click(page, name)])
  return wizard
}

test('a page with a catalog of its own: log in, list, connect, repair, remove', async ({
  page,
  cleanStack,
  account,
  database,
}) => {
  const { opener, wizard: host } = cleanStack.origins
  const result = await drawCatalog(page, opener, host, await tokenOf(account))
  await click(page, 'Log in')
  await expect(result).toHaveText('Log in: true; ')

  // Nothing was listed: the slug is all that is known in the click.
  const wizard = await openBy(page, 'Connect')
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  await clickDone(wizard)
  await expect(result).toHaveText(/^Connect: Connected (\d+); enable postgres Connected$/)
  const id = Number(/\d+/.exec((await result.textContent()) ?? '')?.[0])
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
  await click(page, 'List')
  await expect(result).toHaveText(/postgres Connected/)

  // The password is another one now, and the app's back end looks.
  await account.call('PUT', `/v4/sources/${id}`, {
    properties: { ...(await account.getSource(id)).properties, password: 'not it' },
  })
  await account.call('POST', `/v4/sources/${id}/check`, {})
  await account.awaitCheck(id)
  await click(page, 'Look')
  await expect(result).toHaveText(`Look: Error ${id}; `)

  const again = await openBy(page, 'Repair')
  await again.getByLabel('Password', { exact: true }).fill(database.password)
  await again.getByRole('button', { name: /Continue|Save/ }).click()
  await expectAllSet(again)
  await clickDone(again)
  await expect(result).toHaveText(`Repair: Connected ${id}; enable postgres Connected`)

  await click(page, 'Remove')
  await expect(result).toHaveText('Remove: NotInstalled; remove postgres NotInstalled')
  await click(page, 'Look')
  await expect(result).toHaveText('Look: NotInstalled undefined; ')
  expect(await account.call('GET', `/v4/sources/${id}`)).toMatchObject({ deleted_at: expect.any(String) })
})

test('a window that its user cancels, and one that logout closes', async ({ page, cleanStack, account }) => {
  const { opener, wizard: host } = cleanStack.origins
  const result = await drawCatalog(page, opener, host, await tokenOf(account))
  await click(page, 'Log in')
  await expect(result).toHaveText('Log in: true; ')
  const wizard = await openBy(page, 'Connect')
  await wizard.getByLabel('Host', { exact: true }).waitFor()
  await wizard.getByRole('button', { name: 'Cancel' }).click()
  await expect(result).toHaveText('Connect: AppClosedPrematurelyError AppClosedPrematurely; ')

  const other = await openBy(page, 'Connect')
  await other.getByLabel('Host', { exact: true }).waitFor()
  const closed = other.waitForEvent('close')
  await click(page, 'Log out')
  await closed
  await expect(result).toHaveText(/^(?:Log out: false|Connect: CatalogError LoggedOut); $/)
})

test('a page of another origin logs nobody in', async ({ page, cleanStack, account }) => {
  const { evil, wizard: host } = cleanStack.origins
  const result = await drawCatalog(page, evil, host, await tokenOf(account))
  await click(page, 'Log in')
  await expect(result).toHaveText('Log in: CatalogError OriginNotAllowed; ')
  await click(page, 'List')
  await expect(result).toHaveText('List: CatalogError NotLoggedIn; ')
})
