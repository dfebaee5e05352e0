import { hosts } from '../hosts.ts'
import { answerProvider } from '../provider-pages.ts'
import {
  chooseStreams,
  createCrmSource,
  demoCrm,
  expectStreams,
  goToProvider,
  submitForm,
} from '../specs/popup/crm-trip.ts'
import { expectError, expectResult, progressOf, timeOf } from '../specs/popup/promises.ts'
import { makeSevering } from '../specs/popup/severing-provider.ts'
import { expectAllSet } from '../wizard-window.ts'
import { expect, test } from './fixtures.ts'

/** The page's own requests do not reach the host, and its window makes a trip to a provider. */

const relayDown = 4_000
test.use({ timings: { relayDown } })

test.beforeEach(({ cleanStack }) => {
  cleanStack.proxy.rule({ host: hosts.wizard, path: /^\/flows\// }, { cut: true })
})

test('a page without fetch gets result and steps from its window, also after the trip', async ({
  customerPage,
}) => {
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customerPage, call)).toMatchObject({
    type: demoCrm,
    selected_streams: ['deals'],
  })
  expect(progressOf(customerPage)).toContain('back')
})

test('a page without fetch whose window is cut off claims no close while the person works', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const id = await createCrmSource(account)
  const { wizard, call } = await customerPage.open('authorizeSource', { id })
  await goToProvider(wizard)
  const leftAt = Date.now()
  await answerProvider(wizard)
  await expectStreams(wizard)
  await expectError(call, { name: 'RelayUnreachableError', sourceId: id, canResume: true })
  expect(timeOf(customerPage, 'rejected') - leftAt).toBeGreaterThan(relayDown / 2)
  await chooseStreams(wizard)
  await expectAllSet(wizard)
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
})

test('a page without fetch knows when its window is closed at the form', async ({ customerPage }) => {
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await expect.poll(() => progressOf(customerPage)).toContain('step')
  await wizard.closeAsUser()
  await expectError(call, { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' })
})
