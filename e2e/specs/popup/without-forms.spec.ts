import { expect, test } from '../../fixtures.ts'
import { fillPostgresForm, passCheck } from '../../wizard-window.ts'

test(
  'where a frame’s sandbox allows no forms, its window goes on by a click and by Enter, and errors go as they are mended',
  { tag: '@popup-40' },
  async ({ customer, database }) => {
    const { page } = customer
    // The window inherits the sandbox of the frame that opens it.
    await page.evaluate((src) => {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts allow-popups allow-same-origin')
      Object.assign(frame, { src, name: 'sandboxed', width: 800, height: 600 })
      document.body.replaceChildren(frame)
    }, page.url())
    const frame = page.frameLocator('iframe')
    await frame.getByLabel('Options').fill(JSON.stringify({ type: 'platform.hp-postgres' }))
    const opened = page.context().waitForEvent('page')
    await frame.getByRole('button', { name: 'addSource', exact: true }).click()
    const wizard = await opened

    await wizard.getByRole('button', { name: 'Continue' }).click()
    const summary = wizard.getByRole('alert').filter({ has: wizard.getByRole('heading', { level: 2 }) })
    await expect(summary.getByText('Host is missing.')).toBeVisible()
    const host = wizard.getByLabel('Host', { exact: true })
    await expect(host).toHaveAttribute('aria-invalid', 'true')
    await host.pressSequentially('d')
    await expect(host).not.toHaveAttribute('aria-invalid', 'true')
    await expect(host).toBeFocused()
    await expect(summary.getByText('Host is missing.')).toHaveCount(0)
    for (const title of ['Database', 'User', 'Password']) {
      await expect(summary).toBeVisible()
      await wizard.getByLabel(title, { exact: true }).pressSequentially('x')
    }
    await expect(summary).toHaveCount(0)

    await wizard.getByLabel('Port', { exact: true }).fill('none')
    await wizard.getByLabel('Port', { exact: true }).press('Enter')
    await expect(summary.getByText(/Port has to be a number/)).toBeVisible()
    await fillPostgresForm(wizard, database)
    await passCheck(wizard)
  },
)
