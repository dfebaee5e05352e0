import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import {
  chooseStreams,
  createCrmSource,
  expectProvider,
  expectStreams,
  goToProvider,
} from '../popup/crm-trip.ts'
import { expectResult, progressOf } from '../popup/promises.ts'

test.beforeEach(({ cleanStack }) => {
  cleanStack.proxy.rule(
    { host: hosts.provider },
    { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } },
  )
})

test(
  'a window that was cut off and is still open is opened again under another name, and the old one says so',
  {
    tag: '@popup-37',
  },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    const name = await wizard.evaluate(() => window.name)
    await goToProvider(wizard)
    await answerProvider(wizard)
    await expectStreams(wizard)
    await expect.poll(() => progressOf(customer)).toContain('severed')

    const again = await customer.open('resume')
    await expectStreams(again.wizard)
    await expect(wizard.getByRole('heading', { level: 1 })).toHaveText('You went on in another window')
    const otherName = await again.wizard.evaluate(() => window.name)
    expect(otherName).toMatch(/^connect-/)
    expect(otherName).not.toBe(name)

    await chooseStreams(again.wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
    expect(await expectResult(customer, again.call)).toMatchObject({ id })
  },
)

test(
  'a second call while the window is cut off at the provider starts no second flow',
  {
    tag: '@popup-37',
  },
  async ({ account, customer }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await goToProvider(wizard)
    const again = await customer.click('authorizeSource', { id })
    await expectProvider(wizard)
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, again)).toEqual(await expectResult(customer, call))
  },
)
