import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails when axe finds anything on the page that a person with a disability would stumble over, by day or by night. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expectNothing(new AxeBuilder({ page }).withTags(standards))
  // Only colours differ by night.
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNothing(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']))
}

async function expectNothing(axe: AxeBuilder): Promise<void> {
  // "Legacy" is without a second page for the report, which only pages with frames of other origins need.
  const { violations } = await axe.setLegacyMode().analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  expect(found).toEqual([])
}
