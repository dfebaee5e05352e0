import type { Page } from '@playwright/test'
import type { Account } from '../../connect-api.ts'
import { expect, test } from '../../fixtures.ts'
import { expectAllSet, selectStreams } from '../../wizard-window.ts'
import { expectStreams } from '../popup/crm-trip.ts'
import { expectError, expectResult } from '../popup/promises.ts'
import type { DatabaseSettings } from '../../database.ts'
import { flowEvents } from './flow-events.ts'

/** The page cancels while the person saves: whichever reaches the server first is how the flow ended, for both. */

test(
  'a save that is still on its way when the page cancels comes too late',
  {
    tag: '@popup-45',
  },
  async ({ cleanStack, account, customer, database }) => {
    const id = await createCheckedSource(account, database)
    const { wizard, call } = await customer.open('selectStreamsForSource', { id })
    await expectStreams(wizard)
    const saving = cleanStack.proxy.rule({ method: 'POST', path: /\/selection$/ }, { hold: true })
    await selectStreams(wizard, ['orders'])
    await customer.click('close')
    await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
    saving.lift()
    expect(await flowEvents(account)).toMatchObject([{ type: 'flow.cancelled', data: { reason: 'closed' } }])
  },
)

test(
  'a page that cancels after the save, before it has heard of it, gets the result',
  {
    tag: '@popup-45',
  },
  async ({ cleanStack, account, customer, database }) => {
    const id = await createCheckedSource(account, database)
    const { wizard, call } = await customer.open('selectStreamsForSource', { id })
    await expectStreams(wizard)
    const news = [/\/relay$/, /\/presence$/].map((path) => cleanStack.proxy.rule({ path }, { hold: true }))
    await selectStreams(wizard, ['orders'])
    await expectAllSet(wizard)
    expect(call.isPending()).toBe(true)

    await customer.click('close')
    for (const rule of news) rule.lift()
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams_count: 1 })
    expect(await flowEvents(account)).toMatchObject([{ type: 'flow.completed' }])
  },
)

test(
  'cancel and save at the same moment have one outcome, the same on both sides',
  {
    tag: '@popup-45',
  },
  async ({ account, customer, database }) => {
    test.slow()
    const id = await createCheckedSource(account, database)
    for (let round = 1; round <= 4; round++) {
      const { wizard, call } = await customer.open('selectStreamsForSource', { id })
      await expectStreams(wizard)
      await choose(wizard)
      const closed = wizard.waitForEvent('close')
      await Promise.allSettled([
        wizard.getByRole('button', { name: 'Save selection' }).click({ noWaitAfter: true }),
        customer.click('close'),
      ])
      await closed
      await expect.poll(() => call.settlements()).toBe(1)
      const events = await flowEvents(account)
      expect(events).toHaveLength(round)
      const isCompleted = events.at(-1)?.type === 'flow.completed'
      if (isCompleted) expect(await call.result()).toMatchObject({ id })
      else await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed' })
    }
  },
)

async function choose(wizard: Page): Promise<void> {
  await wizard.getByLabel('Find a stream').fill('orders')
  const stream = wizard.getByRole('checkbox', { name: 'orders', exact: true })
  if (!(await stream.isChecked())) await stream.check()
}

/** A database whose streams can be selected. */
async function createCheckedSource(account: Account, settings: DatabaseSettings): Promise<number> {
  const { host, port, dbname, user, password } = settings
  const { id } = await account.createSource({
    type: 'platform.hp-postgres',
    display_name: 'Shop',
    properties: { host, port, dbname, user, password },
  })
  await account.call('POST', `/v4/sources/${id}/check`)
  await account.awaitCheck(id)
  return id
}
