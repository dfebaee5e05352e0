import type { Page } from '@playwright/test'
import { expectAccessibleAsShown } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { saveScreens, sizes } from '../../screenshot.ts'

/** The reference of the REST API: redoc, from our own server, under a policy that lets it load nothing else. */

const redocScript = /^\/docs\/assets\/redoc-/
const place = '/docs#tag/Sources/operation/createSource'
/** On a busy machine redoc takes its time: it draws all operations before it shows one. */
const drawn = { timeout: 60_000 }
const failed = 'It could not be loaded. Load the page again.'

// Colours and layout know nothing of each other: axe sees each scheme and each width once, which takes a while.

test('a developer finds a call in the reference of the REST API', async ({ page, cleanStack }) => {
  const { wizard: origin } = cleanStack.origins
  const met = watch(page)
  await page.goto(`${origin}/docs`)
  await expect(page.getByRole('heading', { level: 1, name: /^Bobbin Connect API \(/ })).toBeVisible(drawn)
  await page.getByRole('menuitem', { name: 'Sources', exact: true }).click()
  await page.getByRole('menuitem', { name: 'post Create a source' }).click()
  await expect(operation(page)).toBeInViewport(drawn)
  await expect(page).toHaveURL(origin + place)
  await expect(page.getByRole('button', { name: 'post /v4/sources', exact: true })).toBeInViewport()
  await page.getByPlaceholder('Search').fill('paused copy')
  await expect(page.getByRole('search').getByText('Make a paused copy of a source')).toBeVisible()
  await page.getByPlaceholder('Search').clear()
  await page.setViewportSize(sizes.wide)
  await expectAccessibleAsShown(page)
  await saveScreens(page, 'reference', ['light'])
  expectOwnOnly(met, origin)
})

test('a reference that is slow says so, and so does one that does not come', async ({ page, cleanStack }) => {
  const held = cleanStack.proxy.rule({ path: redocScript }, { hold: true })
  await page.goto(`${cleanStack.origins.wizard}/docs`, { waitUntil: 'commit' })
  await expect(page.getByRole('status')).toHaveText('The reference is loading …')
  await expectAccessibleAsShown(page)
  cleanStack.proxy.rule({ path: redocScript }, { cut: true })
  held.lift()
  await expect(page.getByRole('status')).toHaveText(failed)
})

test('a reference without its style sheet says that it did not load: redoc computes with its colours', async ({
  page,
  cleanStack,
}) => {
  cleanStack.proxy.rule({ path: /^\/docs\/assets\/reference-.*\.css$/ }, { cut: true })
  await page.goto(`${cleanStack.origins.wizard}/docs`)
  await expect(page.getByRole('status')).toHaveText(failed)
})

test('a link leads to a call, by night on a phone too', async ({ page, cleanStack }) => {
  const { wizard: origin } = cleanStack.origins
  const met = watch(page)
  await page.setViewportSize({ width: 320, height: 640 })
  await page.goto(origin + place)
  await expect(operation(page)).toBeInViewport(drawn)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)

  await page.setViewportSize(sizes.narrow)
  // By night it is made anew, at the same place.
  const again = page.waitForEvent('load')
  await page.emulateMedia({ colorScheme: 'dark' })
  await again
  await expect(operation(page)).toBeInViewport(drawn)
  await expectAccessibleAsShown(page)
  await saveScreens(page, 'reference', ['dark'])
  expectOwnOnly(met, origin)
})

function operation(page: Page) {
  return page.getByRole('heading', { level: 2, name: 'Create a source' })
}

/** What a page asks for and complains about; a breach of its policy is a complaint. */
function watch(page: Page) {
  const requests: URL[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(new URL(request.url()))
  })
  page.on('console', (message) => faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  return { requests, faults }
}

function expectOwnOnly({ requests, faults }: ReturnType<typeof watch>, origin: string): void {
  expect(requests.filter((url) => url.origin !== origin)).toEqual([])
  expect(faults).toEqual([])
}
