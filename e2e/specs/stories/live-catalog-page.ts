import type { Locator, Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import type { Stack } from '../../stack.ts'

/** Opens the page of the catalog with the host itself behind it: an element for each of these accounts, or one for nobody. */
export async function openLiveCatalog(
  page: Page,
  { origins }: Stack,
  accounts: readonly Account[],
): Promise<Locator> {
  const query = accounts.map(({ id }) => `account=${id}`).join('&')
  await page.goto(`${origins.opener}/live-catalog.html?${query}`)
  return page.locator('bobbin-catalog')
}
