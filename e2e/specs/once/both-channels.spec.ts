import type { CustomerPage } from '../../customer-page.ts'
import { expect, test } from '../../fixtures.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, expectStreams, goToProvider } from '../popup/crm-trip.ts'
import { documentsMet, expectResult } from '../popup/promises.ts'
import { flowEvents } from './flow-events.ts'

/** The relay of the server and the direct link of the windows: each brings the result, one of them first. */

test(
  'the result comes by both channels, and the promise resolves once',
  {
    tag: '@popup-42',
  },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await walkToStreams(wizard, customer)
    const closed = wizard.waitForEvent('close')
    await chooseStreams(wizard)
    const result = await expectResult(customer, call)
    await closed
    expect(call.settlements()).toBe(1)
    expect(await flowEvents(account)).toEqual([
      { type: 'flow.completed', data: expect.objectContaining({ ...result, source_id: id }) },
    ])
  },
)

test(
  'the direct link is first, the relay comes later, and nothing changes',
  {
    tag: '@popup-43',
  },
  async ({ cleanStack, account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await walkToStreams(wizard, customer)
    const relay = cleanStack.proxy.rule({ path: /\/relay$/ }, { hold: true })
    await chooseStreams(wizard)
    const result = await expectResult(customer, call)
    expect(result).toMatchObject({ id, selected_streams: ['deals'] })

    const closed = wizard.waitForEvent('close')
    relay.lift()
    await closed
    expect(call.settlements()).toBe(1)
  },
)

test(
  'the relay is first, the direct link comes later, and nothing changes',
  {
    tag: '@popup-43',
  },
  async ({ cleanStack, account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await walkToStreams(wizard, customer)
    // What the wizard passes on over the link, it hears on this stream.
    const news = cleanStack.proxy.rule({ method: 'GET', path: /\/presence$/ }, { hold: true })
    await chooseStreams(wizard)
    await expectAllSet(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })

    const closed = wizard.waitForEvent('close')
    news.lift()
    await closed
    expect(call.settlements()).toBe(1)
  },
)

/** To the last step, with a direct link to the document that shows it. */
async function walkToStreams(
  wizard: Parameters<typeof goToProvider>[0],
  customer: CustomerPage,
): Promise<void> {
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await expect.poll(() => documentsMet(customer)).toBe(2)
}
