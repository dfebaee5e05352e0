import { join } from 'node:path'
import type { Page } from '@playwright/test'

const folder = join(import.meta.dirname, '..', 'test-results', 'screens')

export interface Look {
  /** In CSS pixels. */
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

/** A phone and a desktop, by day and by night. */
export const looks: readonly Look[] = [
  { width: 480, height: 720, colorScheme: 'light' },
  { width: 480, height: 720, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
]

/**
 * With `E2E_PICTURES=1`, how a page looks goes to `test-results/screens/<name>-<width>-<scheme>.png`. For people to see
 * who have changed something: no test looks at them, and they cost as much time as axe does.
 */
export const arePicturesWanted = process.env['E2E_PICTURES'] === '1'

export async function saveScreens(page: Page, name: string): Promise<void> {
  if (!arePicturesWanted) return
  for (const look of looks) {
    await setLook(page, look)
    await saveScreen(page, name, look)
  }
}

export async function setLook(page: Page, { width, height, colorScheme }: Look): Promise<void> {
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ colorScheme })
}

export async function saveScreen(page: Page, name: string, { width, colorScheme }: Look): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
}
