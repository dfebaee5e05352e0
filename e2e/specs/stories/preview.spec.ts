import { join } from 'node:path'
import { isolated } from '@bobbin/shared/isolated'
import { freePort } from '../../../scripts/free-port.mjs'
import { childServer } from '../../child-server.ts'
import { expect, test } from '../../fixtures.ts'
import { look } from './look.ts'

const longName = 'orders_of_the_honourable_company_of_smiths_tailors_weavers_and_candlestick_makers_'
  .repeat(3)
  .slice(0, 180)

/** States of the wizard that no story comes by: from its preview, which has them all. */
const states = {
  'check-unexplained': 'The check failed',
  'check-misconfigured': 'The check failed',
  'check-untold': 'The connection could not be checked',
  'done-skipped': 'All set',
  'oauth-ends-soon': 'Authorize Meadow CRM',
  'notice-unavailable': 'Not available at the moment',
  'streams-none': 'Choose the tables to sync',
}

test('states that are rare are accessible, too', async ({ page }) => {
  const preview = childServer({
    name: 'preview',
    script: 'host-app/wizard/preview/server.ts',
    port: await freePort(),
    env: {},
    healthPath: '/',
    logFile: join(import.meta.dirname, '../../../test-results/logs/preview.log'),
  })
  await preview.start()
  for (const [name, heading] of Object.entries(states)) {
    await page.goto(`http://localhost:${preview.port}/connect/${name}`)
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
    await expect(page.getByText('Loading…')).toHaveCount(0)
    await look(page, name)
    expect(await page.evaluate(widthOfLargeLetters)).toBeLessThanOrEqual(320)
    // Nothing is offered that would do nothing.
    if (name === 'streams-none') await expect(page.getByText('Select all')).toHaveCount(0)
  }
  await test.step('what was ticked and is gone is named', async () => {
    await page.goto(`http://localhost:${preview.port}/connect/streams`)
    const ticked = page.getByRole('checkbox', { name: 'payments', exact: true })
    await ticked.check()
    await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain('payments')
    await page.route('**/connect/streams/streams', async (route) => {
      const response = await route.fetch()
      const columns = await response.json()
      const named = columns.stream_name.map((name: string) => (name === 'refunds' ? longName : name))
      await route.fulfill({ response, json: without('payments', { ...columns, stream_name: named }) })
    })
    await page.reload()
    const lost = page.getByRole('alert')
    await expect(lost).toContainText('1 table that you had ticked cannot be selected any more: payments.')
    await expect(page.getByRole('checkbox', { name: 'orders', exact: true })).toBeVisible()
    await expect(ticked).toHaveCount(0)
    await look(page, 'streams-lost')
  })
  await test.step('a long name leaves room for what it names', async () => {
    await page.getByLabel('Find a stream').fill(longName)
    await page.getByRole('button', { name: `Open ${isolated(longName)}` }).click()
    const drawer = page.getByRole('dialog', { name: longName })
    await drawer.getByRole('checkbox', { name: 'status', exact: true }).scrollIntoViewIfNeeded()
    await expect(drawer.getByRole('heading', { level: 2 })).not.toBeInViewport()
    await expect(drawer.getByRole('button', { name: 'Close' })).toBeInViewport()
  })
  await preview.stop()
})

/** The streams as a check finds them after one was dropped. */
function without(name: string, columns: { stream_name: string[]; tally: { all: object } }): object {
  const gone = columns.stream_name.indexOf(name)
  const count = columns.stream_name.length
  const entries = Object.entries(columns).map(([key, value]) => [
    key,
    Array.isArray(value) && value.length === count ? value.filter((_, index) => index !== gone) : value,
  ])
  const tally = { ...columns.tally, all: { ...columns.tally.all, count: count - 1 } }
  return { ...Object.fromEntries(entries), version: 2, tally }
}

/** In the narrow window that `look` leaves, with letters of twice their size. */
function widthOfLargeLetters(): number {
  document.documentElement.style.fontSize = '200%'
  return document.documentElement.scrollWidth
}
