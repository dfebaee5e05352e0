import { expect, type Page } from '@playwright/test'
import { expectAccessible } from '../../accessibility.ts'
import { saveScreens } from '../../screenshot.ts'

/** The narrowest window, in CSS pixels, in which nothing may stick out to the side. */
const narrow = { width: 320, height: 640 }

/** A screen as people see it: accessible by day and by night, whole in a narrow window, and in a picture if asked for. */
export async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  await page.setViewportSize(narrow)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(narrow.width)
  await saveScreens(page, name)
}
