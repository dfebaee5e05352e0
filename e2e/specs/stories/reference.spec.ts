import type { Page } from '@playwright/test'
import { expectAccessibleAsShown } from '../../accessibility.ts'
import { expect, test } from '../../fixtures.ts'
import { arePicturesWanted, looks, saveScreen, setLook } from '../../screenshot.ts'

/** The reference of the REST API: redoc, from our own server, under a policy that lets it load nothing else. */

const place = '/docs#tag/Sources/operation/createSource'
/** On a busy machine redoc takes its time: it draws all operations before it shows one. */
const drawn = { timeout: 60_000 }

test('a developer reads the reference of the REST API', async ({ page, cleanStack, newTab }) => {
  const { wizard: origin } = cleanStack.origins
  const met = watch(page)
  await page.goto(`${origin}/docs`)
  await expect(page.getByRole('heading', { level: 1, name: 'Bobbin Connect API' })).toBeVisible(drawn)

  await page.getByRole('menuitem', { name: 'Sources', exact: true }).click()
  await page.getByRole('menuitem', { name: 'post Create a source' }).click()
  await expect(operation(page)).toBeInViewport(drawn)
  await expect(page).toHaveURL(origin + place)
  await expect(page.getByRole('button', { name: 'post /v4/sources', exact: true })).toBeInViewport()
  await page.getByPlaceholder('Search').fill('paused copy')
  await expect(page.getByRole('search').getByText('Make a paused copy of a source')).toBeVisible()

  const linked = await newTab()
  const metThere = watch(linked)
  await linked.goto(origin + place)
  await expect(operation(linked)).toBeInViewport(drawn)
  // By night it is made anew, at the same place.
  const again = linked.waitForEvent('load')
  await linked.emulateMedia({ colorScheme: 'dark' })
  await again
  await expect(operation(linked)).toBeInViewport(drawn)
  await linked.setViewportSize({ width: 320, height: 640 })
  expect(await linked.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)

  for (const { requests, faults } of [met, metThere]) {
    expect(requests.filter((url) => url.origin !== origin)).toEqual([])
    expect(faults).toEqual([])
  }
})

// Colours and layout know nothing of each other: each scheme and each width is searched once, which takes a while.
const narrowByNight = looks[1]!
const wideByDay = looks[2]!
for (const look of arePicturesWanted ? looks : [narrowByNight, wideByDay]) {
  const { width, colorScheme } = look
  test(`the reference at ${width} pixels, ${colorScheme}`, async ({ page, cleanStack }) => {
    await setLook(page, look)
    await page.goto(cleanStack.origins.wizard + place)
    await expect(operation(page)).toBeInViewport(drawn)
    if (arePicturesWanted) await saveScreen(page, 'reference', look)
    else await expectAccessibleAsShown(page)
  })
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
