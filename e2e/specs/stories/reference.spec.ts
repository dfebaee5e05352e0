import type { Page } from '@playwright/test'
import { ofSoak } from '../../../scripts/soak-size.mjs'
import { expectAccessibleAsShown } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { saveScreens, sizes } from '../../screenshot.ts'
import type { Stack } from '../../stack.ts'

/** The reference of the REST API: redoc, from our own server, under a policy that lets it load nothing else. */

const redocScript = /^\/docs\/assets\/redoc-/
const place = '/docs#tag/Sources/operation/createSource'
/** On a busy machine redoc takes its time: it draws all operations before it shows one, or has an index to search. */
const drawn = { timeout: 180_000 }
const phone = { width: 320, height: 640 }
const failed = 'It could not be loaded. Load the page again.'

test('a link leads to a call among all that the reference of the REST API has', async ({
  page,
  cleanStack,
}) => {
  const { wizard: origin } = cleanStack.origins
  const met = watch(page)
  await page.goto(origin + place)
  await expect(operation(page)).toBeInViewport(drawn)
  await expect(page.getByRole('heading', { level: 1, name: /^Bobbin Connect API \(/ })).toBeAttached()
  await page.setViewportSize(phone)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width)
  expectOwnOnly(met, origin)
})

test('a developer finds a call by the menu and by search, and has it by night on a phone too', async ({
  page,
  cleanStack,
}) => {
  const { wizard: origin } = cleanStack.origins
  const met = watch(page)
  await drawSample(page, cleanStack)
  await page.setViewportSize(sizes.wide)
  await page.goto(`${origin}/docs`)
  await page.getByRole('menuitem', { name: 'Sources', exact: true }).click(drawn)
  await page.getByRole('menuitem', { name: 'post Create a source' }).click()
  await expect(operation(page)).toBeInViewport()
  await expect(page).toHaveURL(origin + place)
  await expect(page.getByRole('button', { name: 'post /v4/sources', exact: true })).toBeInViewport()
  await page.getByPlaceholder('Search').fill('paused copy')
  await expect(page.getByRole('search').getByText('Make a paused copy of a source')).toBeVisible(drawn)
  await page.getByPlaceholder('Search').clear()
  // It is the sample that axe sees here.
  await expect(page.getByRole('heading', { level: 2, name: 'Create an account' })).toHaveCount(ofSoak(0, 1))
  await saveScreens(page, 'reference', ['light'])
  await page.setViewportSize(sizes.wide)
  await expectAccessibleAsShown(page)

  await page.setViewportSize(sizes.narrow)
  // By night it is made anew, at the same place.
  const again = page.waitForEvent('load')
  await page.emulateMedia({ colorScheme: 'dark' })
  await again
  await expect(operation(page)).toBeInViewport(drawn)
  await saveScreens(page, 'reference', ['dark'])
  await page.setViewportSize(sizes.narrow)
  await expectAccessibleAsShown(page)
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

/**
 * Axe takes half a minute for all operations, which are made of the same parts: it sees all around them, and one of
 * each verb. `npm run soak -- reference` shows it the whole page.
 */
const sample = ['listSources', 'createSource', 'updateSource', 'cloneSource', 'deleteSource']

/** From the next load on redoc gets the sample alone. */
async function drawSample(page: Page, { hostApp }: Stack): Promise<void> {
  if (!ofSoak(true, false)) return
  const response = await fetch(`http://127.0.0.1:${hostApp.port}/openapi.json`)
  const { paths, ...document } = (await response.json()) as OpenApi
  const shown = Object.entries(paths).map(([path, methods]) => {
    const some = Object.entries(methods).filter(([, { operationId }]) => sample.includes(operationId))
    return [path, Object.fromEntries(some)] as const
  })
  const json = { ...document, paths: Object.fromEntries(shown), webhooks: {} }
  await page.route('**/openapi.json', (route) => route.fulfill({ json }))
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
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
