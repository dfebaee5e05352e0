import type { Page } from '@playwright/test'
import { ofSoak } from '../../../scripts/soak-size.mjs'
import { expectAccessibleAsShown } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { saveScreens, sizes } from '../../screenshot.ts'

/** The reference of the REST API: redoc, from our own server, under a policy that lets it load nothing else. */

const redocScript = /^\/docs\/assets\/redoc-/
const place = '/docs#tag/Sources/operation/createSource'
/** On a busy machine redoc takes its time: it draws all operations before it shows one, or has an index to search. */
const drawn = { timeout: 60_000 }
const phone = { width: 320, height: 640 }
const failed = 'It could not be loaded. Load the page again.'

test('a developer finds a call in the reference of the REST API, and the way leads there by night on a phone too', async ({
  page,
  cleanStack,
}) => {
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
  await expect(page.getByRole('search').getByText('Make a paused copy of a source')).toBeVisible(drawn)
  await page.getByPlaceholder('Search').clear()
  await page.setViewportSize(phone)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width)
  await page.setViewportSize(sizes.wide)
  await saveScreens(page, 'reference', ['light'])
  await expectSampleAccessible(page)

  await page.setViewportSize(phone)
  await drawSample(page)
  // By night it is made anew, at the same place, as whoever follows a link to it has it.
  const again = page.waitForEvent('load')
  await page.emulateMedia({ colorScheme: 'dark' })
  await again
  await expect(operation(page)).toBeInViewport(drawn)
  await saveScreens(page, 'reference', ['dark'])
  await page.setViewportSize(sizes.narrow)
  await expectSampleAccessible(page)
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

/** From the next load on redoc gets the one chapter that axe will see, and draws it in a tenth of the time. */
async function drawSample(page: Page): Promise<void> {
  if (!ofSoak(true, false)) return
  await page.route('/openapi.json', async (route) => {
    const response = await route.fetch()
    const document = (await response.json()) as OpenApi
    const paths = Object.entries(document.paths).filter(([, operations]) =>
      Object.values(operations).some(({ tags }) => tags?.includes('Sources')),
    )
    await route.fulfill({ response, json: { ...document, paths: Object.fromEntries(paths) } })
  })
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags?: readonly string[] }>>>>
}

/**
 * Axe takes half a minute for the whole page, so it sees all around the chapters and one of them, which are all made
 * of the same parts: in each colour scheme, one of them wide and one narrow. `npm run soak -- reference` shows it all.
 */
async function expectSampleAccessible(page: Page): Promise<void> {
  const otherChapters = page.locator('.api-content > [id^="tag/"]:not([id^="tag/Sources"])')
  const isSample = ofSoak(true, false)
  if (isSample) await otherChapters.evaluateAll((chapters) => chapters.forEach((chapter) => chapter.remove()))
  expect((await otherChapters.count()) === 0).toBe(isSample)
  await expectAccessibleAsShown(page)
}

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
