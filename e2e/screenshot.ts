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

/** Saves how a page looks to `test-results/screens/<name>-<width>-<scheme>.png`, for people to see. */
export async function saveScreens(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await setLook(page, look)
    await saveScreen(page, name, look)
  }
}

export async function setLook(page: Page, { width, height, colorScheme }: Look): Promise<void> {
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
}

export async function saveScreen(page: Page, name: string, { width, colorScheme }: Look): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
}
