import { isolated } from '@bobbin/shared/isolated'
import { expect, type Locator, type Page } from '@playwright/test'

/** As with a Chinese or Japanese input method, whose Enter takes what is composed: it is not for the form. */
export async function composeText(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus()
  const session = await page.context().newCDPSession(page)
  await session.send('Input.imeSetComposition', { text, selectionStart: 0, selectionEnd: text.length })
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
  await session.send('Input.insertText', { text })
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  await session.detach()
  await expect(field).toHaveValue(new RegExp(text))
  await expect(page.getByRole('alert')).toHaveCount(0)
  // An Enter of its own is.
  await field.press('Enter')
  await expect(page.getByRole('alert').first()).toBeVisible()
}

/** The picker by keys: Enter in a search does nothing, Escape empties it, and closes the drawer once that is done. */
export async function useKeys(wizard: Page, stream: string): Promise<void> {
  const search = wizard.getByLabel('Find a stream')
  await search.fill('nothing like it')
  await search.press('Escape')
  await expect(search).toHaveValue('')
  await search.fill(stream)
  await search.press('Enter')

  const open = wizard.getByRole('button', { name: `Open ${isolated(stream)}` })
  await open.press('Enter')
  const drawer = wizard.getByRole('dialog', { name: stream })
  await expect(drawer.getByRole('button', { name: 'Close' })).toBeFocused()
  const field = drawer.getByLabel('Find a field')
  await field.fill('nothing like it')
  await field.press('Escape')
  await expect(field).toHaveValue('')
  await field.press('Escape')
  await expect(drawer).toHaveCount(0)
  await expect(open).toBeFocused()
}
