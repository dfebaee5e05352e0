import { join } from 'node:path'
import type { Page } from '@playwright/test'

const folder = join(import.meta.dirname, '..', 'test-results', 'screens')

/** A phone and a desktop, in CSS pixels. */
export const sizes = { narrow: { width: 480, height: 720 }, wide: { width: 1280, height: 800 } } as const

/**
 * With `E2E_PICTURES=1`, saves how a page looks to `test-results/screens/<name>-<width>-<scheme>.png`. For people to
 * see who have changed something: no test looks at them, and they cost as much time as axe does.
 */
export async function saveScreens(
  page: Page,
  name: string,
  schemes: readonly ('light' | 'dark')[] = ['light', 'dark'],
): Promise<void> {
  if (process.env['E2E_PICTURES'] !== '1') return
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    for (const size of Object.values(sizes)) {
      await page.setViewportSize(size)
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) })
    }
  }
}
