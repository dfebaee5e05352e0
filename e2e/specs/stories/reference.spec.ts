import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '../../fixtures.ts'
import { saveScreens } from '../../screenshot.ts'

/** The reference of the REST API is one page: it needs no script, and nothing from anywhere else. */

test('a developer reads the reference of the REST API', async ({ page, cleanStack }) => {
  const faults: string[] = []
  const requests: string[] = []
  page.on('console', (message) => faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => requests.push(request.url()))

  await page.goto(`${cleanStack.origins.wizard}/docs`)
  await expect(page.getByRole('heading', { level: 1, name: 'Bobbin Connect API' })).toBeVisible()
  const endpoint = page.getByRole('article', { name: 'Create a source', exact: true })
  await expect(endpoint.getByText('POST', { exact: true })).toBeVisible()
  await expect(endpoint.getByText('/v4/sources', { exact: true })).toBeVisible()
  await endpoint.getByRole('link', { name: 'CreateSource', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'CreateSource', exact: true })).toBeInViewport()

  const foreign = requests.filter((url) => new URL(url).origin !== cleanStack.origins.wizard)
  expect(foreign.filter((url) => !url.startsWith('data:'))).toEqual([])
  expect(faults).toEqual([])

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // One chapter is made as the others are; axe would take minutes over all of them.
    const axe = new AxeBuilder({ page }).include('nav').include('h1').include('main > section:nth-of-type(1)')
    const { violations } = await axe.analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  }
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await saveScreens(page, 'reference')
})
