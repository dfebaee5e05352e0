import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails when axe finds anything on the page that a person with a disability would stumble over, by day or by night. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expectAccessibleAsShown(page)
  // Only colours differ by night.
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNothing(axeOn(page).withRules(['color-contrast', 'link-in-text-block']))
}

/** The same in the colours that the page has now. */
export async function expectAccessibleAsShown(page: Page): Promise<void> {
  await expectNothing(axeOn(page).withTags(standards))
}

/**
 * Reports only what is wrong, and by no second page ("legacy"), which only pages with frames of other origins
 * need: a fifth of the time.
 */
function axeOn(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
}

async function expectNothing(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  expect(found).toEqual([])
}
