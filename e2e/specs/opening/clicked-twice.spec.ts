import type { Page } from '@playwright/test'
import type { CustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, demoCrm, goToProvider, submitForm } from '../popup/crm-trip.ts'
import { expectResult } from '../popup/promises.ts'

test(
  'a second click while the window loads opens no second window, and both calls get its result',
  {
    tag: '@popup-34',
  },
  async ({ account, customer }) => {
    const windows = windowsOf(customer)
    const id = await createCrmSource(account)
    await customer.page.getByLabel('Options').fill(JSON.stringify({ id }))
    const button = customer.page.getByRole('button', { name: 'authorizeSource', exact: true })
    const popup = customer.page.waitForEvent('popup')
    await button.click()
    // Not `dblclick`: while the popup comes up, Chromium drops what a driver clicks.
    const wizard = await popup
    await button.click()
    await walk(wizard)
    const results = await Promise.all([1, 2].map((number) => expectResult(customer, customer.call(number))))
    expect(results[0]).toMatchObject({ id, selected_streams: ['deals'] })
    expect(results[1]).toEqual(results[0])
    expect(windows).toHaveLength(1)
  },
)

test(
  'a page that calls twice, as strict frameworks do, has one window and one flow',
  {
    tag: '@popup-35',
  },
  async ({ account, customer }) => {
    await customer.load({ twice: true })
    const windows = windowsOf(customer)
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await walk(wizard)
    const result = await expectResult(customer, call)
    expect(result).toMatchObject({ id, selected_streams: ['deals'] })
    expect(await expectResult(customer, customer.call(2))).toEqual(result)
    expect(windows).toHaveLength(1)
    const { data } = (await account.call('GET', '/v4/events')) as { data: { type: string }[] }
    expect(data.filter((event) => event.type.startsWith('flow.'))).toHaveLength(1)
  },
)

test(
  'two sources are connected side by side, each in a window of its own',
  {
    tag: '@popup-36',
  },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const first = await customer.open('authorizeSource', { id })
    const second = await customer.open('addSource', { type: demoCrm })
    await goToProvider(first.wizard)
    await submitForm(second.wizard)
    await walk(second.wizard)
    const added = await expectResult(customer, second.call)
    expect(added).toMatchObject({ type: demoCrm, selected_streams: ['deals'] })
    expect(added.id).not.toBe(id)
    expect(first.call.isPending()).toBe(true)

    await answerProvider(first.wizard)
    await chooseStreams(first.wizard)
    await expectAllSet(first.wizard)
    expect(await expectResult(customer, first.call)).toMatchObject({ id })
  },
)

async function walk(wizard: Page): Promise<void> {
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
}

function windowsOf({ page }: CustomerPage): Page[] {
  const windows: Page[] = []
  page.on('popup', (window) => windows.push(window))
  return windows
}
