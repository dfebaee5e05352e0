import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { fillPostgresForm, passCheck } from '../../wizard-window.ts'

/** Does to a page what translators in browsers do: each text that may be translated becomes elements of theirs. */
async function translate(wizard: Page): Promise<void> {
  await wizard.evaluate(() => {
    const wrap = (text: string) => {
      const outer = document.createElement('font')
      const inner = outer.appendChild(document.createElement('font'))
      inner.textContent = text.toUpperCase()
      return outer
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const all: Text[] = []
    while (texts.nextNode()) all.push(texts.currentNode as Text)
    for (const [index, text] of all.entries()) {
      const parent = text.parentElement
      if (!text.data.trim() || !parent?.translate || parent.closest('font, script, style, option')) continue
      if (index % 2 === 0) parent.replaceChild(wrap(text.data), text)
      else {
        text.before(wrap(text.data))
        text.remove()
      }
    }
  })
}

test('whatever changes is right on a page that a translator has changed, and names stay as they are', async ({
  customer,
  database,
}) => {
  const { wizard } = await customer.open('addSource', { type: 'platform.hp-postgres' })
  const goOn = wizard.getByRole('button', { name: 'Continue' })
  await expect(goOn).toBeEnabled()
  await goOn.click()
  await expect(wizard.getByRole('heading', { level: 2 }).first()).toContainText('4 settings need')
  await translate(wizard)
  await wizard.getByLabel(/^host$/i).fill('db.example.com')
  await wizard.getByRole('button', { name: 'CONTINUE' }).click()
  await expect(wizard.getByRole('heading', { level: 2 }).first()).toHaveText(/^3 settings need/)
  await wizard.reload()
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)

  await translate(wizard)
  const counts = wizard.locator('.list-head [role="status"]')
  await expect(counts).toHaveText(/^0 OF \d+ TABLES SELECTED$/)
  const box = wizard.getByRole('checkbox', { name: 'orders', exact: true })
  await wizard.getByLabel('find a stream').fill('orders')
  await translate(wizard)
  await box.check()
  await expect(counts).toHaveText(/^1 of \d+ tables selected$/)
  await translate(wizard)
  await box.uncheck()
  await expect(counts).toHaveText(/^0 of \d+ tables selected$/)
  await wizard.locator('.all').click()
  const shown = await wizard.locator('.all').innerText()
  const many = Number(/(\d+)|$/.exec(shown)?.[1])
  await expect(counts).toHaveText(new RegExp(`^${many} of`))
  await wizard
    .getByRole('button', { name: /orders/ })
    .first()
    .click()
  const fields = wizard.locator('dialog .list-head [role="status"]')
  await expect(fields).toHaveText(/fields selected/)
  await translate(wizard)
  const before = Number.parseInt(await fields.innerText(), 10)
  await wizard.locator('dialog .fields input[type="checkbox"]:checked:not([aria-disabled])').last().click()
  await expect(fields).toHaveText(new RegExp(`^${before - 1} of`))
})
