import { join } from 'node:path'
import type { Page } from '@playwright/test'

const folder = join(import.meta.dirname, '..', 'test-results', 'screens')

interface Look {
  /** In CSS pixels. */
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

/** A phone and a desktop, by day and by night. */
const looks: readonly Look[] = [
  { width: 480, height: 720, colorScheme: 'light' },
  { width: 480, height: 720, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
]

/**
 * With `E2E_PICTURES=1`, saves how a page looks to `test-results/screens/<name>-<width>-<scheme>.png`. For people to
 * see who have changed something: no test looks at them, and they cost as much time as axe does.
 */
export async function saveScreens(page: Page, name: string): Promise<void> {
  if (process.env['E2E_PICTURES'] !== '1') return
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
  }
}
