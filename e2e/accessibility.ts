import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type * as Axe from 'axe-core'

const require = createRequire(import.meta.url)
const axeScript = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const colours = ['color-contrast', 'link-in-text-block']

/** Fails when axe finds anything on the page that a person with a disability would stumble over, by day or by night. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expectAccessibleAsShown(page)
  // Only colours differ by night.
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNothing(page, { type: 'rule', values: colours })
}

/** The same in the colours that the page has now. */
export async function expectAccessibleAsShown(page: Page): Promise<void> {
  await expectNothing(page, { type: 'tag', values: standards })
}

async function expectNothing(page: Page, runOnly: Axe.RunOnly): Promise<void> {
  // None of our pages has frames, which axe would have to be brought into.
  expect(page.frames()).toHaveLength(1)
  await bringAxe(page)
  expect(await page.evaluate(findViolations, runOnly)).toEqual([])
}

/**
 * Into each document once. It is half a megabyte, which costs more than what it is used for; and half as much by the
 * browser's own protocol as by Playwright's `evaluate`, which wraps it.
 */
async function bringAxe(page: Page): Promise<void> {
  if (await page.evaluate(() => 'axe' in window)) return
  const session = await page.context().newCDPSession(page)
  const { exceptionDetails } = await session.send('Runtime.evaluate', { expression: `${axeScript};void 0` })
  expect(exceptionDetails).toBeUndefined()
  await session.detach()
}

async function findViolations(runOnly: Axe.RunOnly): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof Axe }
  const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] })
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}
