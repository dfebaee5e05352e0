import type { Page } from '@playwright/test'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import type { Stack } from '../../stack.ts'
import { expectAllSet } from '../../wizard-window.ts'
import {
  chooseStreams,
  createCrmSource,
  demoCrm,
  expectProvider,
  expectStreams,
  goToProvider,
  submitForm,
} from './crm-trip.ts'
import { documentsMet, expectResult, progressOf } from './promises.ts'
import { makeSevering, providers } from './severing-provider.ts'

// Long, and each on its own: any worker may take one.
test.describe.configure({ mode: 'parallel' })

/**
 * The customer page is reloaded while its wizard is open, and calls `resume()`. Unless said otherwise it
 * does so as it loads, without a click: no window may open then, and none needs to.
 */

test(
  'reloaded before the claim, the page has nothing to resume, and the window says so',
  { tag: '@popup-23' },
  async ({ customer }) => {
    await customer.load({ token: 'hangs' })
    const { wizard } = await customer.open('addSource', { type: demoCrm })
    await expect(wizard.getByRole('heading', { level: 1 })).toBeVisible()

    await customer.load({ resumeOnLoad: true })
    expect(await customer.call(1).result()).toBeNull()
    await submitForm(wizard)
    await expect(wizard.getByRole('heading', { name: 'The app did not answer' })).toBeVisible()
  },
)

for (const { provider, isSevering } of providers) {
  test(
    `reloaded at the form, while the window is at ${provider}, and after it is back, the page gets the result`,
    { tag: '@popup-23' },
    async ({ cleanStack, customer }) => {
      if (isSevering) makeSevering(cleanStack.proxy)
      const { wizard } = await customer.open('addSource', { type: demoCrm })
      await expect.poll(() => progressOf(customer)).toContain('step')

      await customer.load({ resumeOnLoad: true })
      await expect.poll(() => documentsMet(customer)).toBe(1)
      await submitForm(wizard)
      await goToProvider(wizard)
      expect(customer.call(1).isPending()).toBe(true)

      await customer.load({ resumeOnLoad: true })
      await answerProvider(wizard)
      await expectStreams(wizard)
      await expect.poll(() => progressOf(customer)).toContain('back')
      expect(customer.call(1).isPending()).toBe(true)

      await customer.load({ resumeOnLoad: true })
      await chooseStreams(wizard)
      expect(await expectResult(customer, customer.call(1))).toMatchObject({
        type: demoCrm,
        selected_streams: ['deals'],
      })
    },
  )
}

test(
  'resumed by a click while the cut-off window is at the provider, the flow goes on in a new window',
  { tag: '@popup-23' },
  async ({ cleanStack, account, customer }) => {
    makeSevering(cleanStack.proxy)
    const id = await createCrmSource(account)
    const { wizard: lost } = await customer.open('authorizeSource', { id })
    await goToProvider(lost)

    await customer.load()
    const { wizard, call } = await customer.open('resume')
    await goToProvider(wizard)
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    await expectProvider(lost)
  },
)

test(
  'a page that comes back after its window was missed for a while, leaves, and comes back after the wizard is through gets the result',
  { tag: '@popup-23' },
  async ({ account, customer, cleanStack }) => {
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    await missWindow(wizard, customer.page, cleanStack)

    await customer.load({ resumeOnLoad: true })
    await expect.poll(() => progressOf(customer)).toContain('opened')
    expect(customer.call(1).isPending()).toBe(true)
    await customer.page.goto(cleanStack.origins.evil)
    await chooseStreams(wizard)
    await expectAllSet(wizard)

    const closed = wizard.waitForEvent('close')
    await customer.load({ resumeOnLoad: true })
    expect(await expectResult(customer, customer.call(1))).toMatchObject({ id, selected_streams: ['deals'] })
    await closed
  },
)

test(
  'a page that comes back after its window, which a provider cut off, was missed for a while gets the result',
  { tag: '@popup-23' },
  async ({ account, customer, cleanStack }) => {
    makeSevering(cleanStack.proxy)
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    await missWindow(wizard, customer.page, cleanStack)

    await customer.load({ resumeOnLoad: true })
    await chooseStreams(wizard)
    expect(await expectResult(customer, customer.call(1))).toMatchObject({ id, selected_streams: ['deals'] })
  },
)

test(
  'a page that was reloaded learns that its user closed the window',
  { tag: '@popup-23' },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard } = await customer.open('authorizeSource', { id })
    await expect.poll(() => progressOf(customer)).toContain('step')
    await customer.load({ resumeOnLoad: true })
    await expect.poll(() => documentsMet(customer)).toBe(1)

    await wizard.close({ runBeforeUnload: true })
    expect(await customer.call(1).error()).toMatchObject({
      name: 'AppClosedPrematurelyError',
      reason: 'closed',
      certainty: 'confirmed',
      sourceId: id,
    })
  },
)

/** The window comes back from the provider without its page, and is believed gone until it is reloaded. */
async function missWindow(wizard: Page, page: Page, { origins, proxy }: Stack): Promise<void> {
  await page.goto(origins.evil)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await loseSight(proxy, wizard)
  await wizard.reload()
  await expectStreams(wizard)
}

/** The wizard's stream is cut for longer than a silent window is believed in. */
async function loseSight(proxy: FrontProxy, wizard: Page): Promise<void> {
  const stream = { host: hosts.wizard, method: 'GET', path: /\/presence$/ }
  // The notice comes after three seconds: it is there long enough for a machine under load to see it.
  const slow = proxy.rule(stream, { delay: 8_000 })
  proxy.rule(stream, { cut: true }).lift()
  const notice = wizard.getByText('The connection was lost. Reconnecting…')
  await expect(notice).toBeVisible()
  await expect(notice).toBeHidden()
  slow.lift()
}
