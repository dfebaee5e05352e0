import { answerProvider } from '../provider-pages.ts'
import {
  chooseStreams,
  createCrmSource,
  demoCrm,
  expectProvider,
  expectStreams,
  goToProvider,
  submitForm,
} from '../specs/popup/crm-trip.ts'
import { expectError, expectResult, progressOf } from '../specs/popup/promises.ts'
import { expectSevered, makeSevering } from '../specs/popup/severing-provider.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../wizard-window.ts'
import { expect, test } from './fixtures.ts'

/** From the click to the result, in browsers whose windows behave otherwise than Chromium's. */

test('a database is connected by a page whose token takes six seconds, and the window closes itself', async ({
  customerPage,
  account,
  database,
}) => {
  await customerPage.load({ tokenDelay: 6_000 })
  const { wizard, call } = await customerPage.open('addSource', { type: 'platform.hp-postgres' })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  const { id } = await expectResult(customerPage, call)
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
  await wizard.expectClosed()
})

test('a wizard that is reloaded at every step keeps what was typed and ticked, goes back and on by every way, finishes at a provider that cuts the window off, and closes itself', async ({
  cleanStack,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await expect.poll(() => progressOf(customerPage)).toContain('step')
  const nameField = wizard.getByLabel('Name', { exact: true })
  await nameField.fill('Typed once')
  await wizard.reload()
  await expect.poll(() => nameField.inputValue()).toBe('Typed once')
  await submitForm(wizard)
  await goToProvider(wizard)
  await wizard.reload()
  await expectProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await expectSevered(customerPage)
  const deals = wizard.getByRole('checkbox', { name: 'deals', exact: true })
  await deals.check()
  await wizard.reload()
  await expect.poll(() => deals.isChecked()).toBe(true)

  const [form, check] = ['Connect Demo CRM', 'The connection works']
  await wizard.getByRole('button', { name: 'Back', exact: true }).click()
  await wizard.expectFocus(check)
  await wizard.getByRole('button', { name: 'Settings', exact: true }).click()
  await wizard.expectFocus(form)
  expect(await nameField.inputValue()).toBe('Typed once')
  await wizard.goBack()
  await wizard.expectFocus(check)
  await wizard.goForward()
  await wizard.expectFocus(form)
  await submitForm(wizard)
  await expectStreams(wizard)
  await expect.poll(() => deals.isChecked()).toBe(true)
  const search = wizard.getByLabel('Find a stream')
  await search.fill('nothing like it')
  await wizard.press('Escape')
  await expect.poll(() => search.inputValue()).toBe('')
  await chooseStreams(wizard)
  expect(await expectResult(customerPage, call)).toMatchObject({
    type: demoCrm,
    selected_streams: ['deals'],
  })
  await wizard.expectClosed()
})

test('a customer page that is reloaded while its window is at the provider gets the result', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const id = await createCrmSource(account)
  const { wizard } = await customerPage.open('authorizeSource', { id })
  await goToProvider(wizard)
  await customerPage.load({ resumeOnLoad: true })
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await expectResult(customerPage, customerPage.call(1))).toMatchObject({ id })
})

test('a call without a click, or long after it, is told that its window was blocked; in a click it opens, connects and closes', async ({
  account,
  customerPage,
  profile,
}) => {
  const blocked = { name: 'AppWindowBlockedError', canRetry: true }
  await customerPage.load({ unclicked: 'addSource', options: { type: demoCrm } })
  await expectError(customerPage.call(1), { ...blocked, isInSameTask: true })

  // Longer than browsers remember a click.
  await customerPage.load({ delay: 6_000 })
  const id = await createCrmSource(account)
  const late = await customerPage.click('authorizeSource', { id })
  await expectError(late, blocked)
  expect(await profile.windows()).toHaveLength(1)

  // A page that puts its own bearer on every request is told all the same.
  await customerPage.load({ unclicked: 'authorizeSource', options: { id }, everyRequest: 'has a bearer' })
  await expectError(customerPage.call(1), blocked)
  const { wizard, call } = await customerPage.open('retry the error')
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  expect(call.settlements()).toBe(1)
  expect(progressOf(customerPage)).toContain('back')
  await wizard.expectClosed()
})
