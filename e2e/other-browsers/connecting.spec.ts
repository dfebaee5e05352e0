import { hosts } from '../hosts.ts'
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
import { expectSevered, makeSevering, providers } from '../specs/popup/severing-provider.ts'
import { expectAllSet, fillPostgresForm, passCheck, selectStreams } from '../wizard-window.ts'
import { expect, test } from './fixtures.ts'

/** From the click to the result, in browsers whose windows behave otherwise than Chromium's. */

const postgres = 'platform.hp-postgres'

test('a database is connected, and the window closes itself', async ({ customerPage, account, database }) => {
  const { wizard, call } = await customerPage.open('addSource', { type: postgres })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  await expectAllSet(wizard)
  const { id } = await expectResult(customerPage, call)
  expect((await account.getSource(id)).report_card.current_step_type).toBe('fully_configured')
  await wizard.expectClosed()
})

for (const { provider, isSevering } of providers) {
  test(`an account at ${provider} is connected, and the window closes itself`, async ({
    cleanStack,
    customerPage,
  }) => {
    if (isSevering) makeSevering(cleanStack.proxy)
    const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
    await submitForm(wizard)
    await goToProvider(wizard)
    await answerProvider(wizard)
    await expectStreams(wizard)
    if (isSevering) await expectSevered(customerPage)
    await chooseStreams(wizard)
    expect(await expectResult(customerPage, call)).toMatchObject({
      type: demoCrm,
      selected_streams: ['deals'],
    })
    await wizard.expectClosed()
  })
}

test('a wizard that is reloaded at every step finishes all the same', async ({
  cleanStack,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await expect.poll(() => progressOf(customerPage)).toContain('step')
  await wizard.reload()
  await submitForm(wizard)
  await goToProvider(wizard)
  await wizard.reload()
  await expectProvider(wizard)
  await answerProvider(wizard)
  await expectStreams(wizard)
  await wizard.reload()
  await chooseStreams(wizard)
  expect(await expectResult(customerPage, call)).toMatchObject({ selected_streams: ['deals'] })
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

test('a call without a click, or long after it, is told that its window was blocked, and opens in a click', async ({
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

  await customerPage.load({ unclicked: 'authorizeSource', options: { id } })
  await expectError(customerPage.call(1), blocked)
  const { wizard, call } = await customerPage.open('retry the error')
  await goToProvider(wizard)
  await answerProvider(wizard)
  await chooseStreams(wizard)
  expect(await call.result()).toMatchObject({ id, selected_streams: ['deals'] })
})

test('a token that takes six seconds is waited for in an open window', async ({ customerPage, database }) => {
  await customerPage.load({ tokenDelay: 6_000 })
  const { wizard, call } = await customerPage.open('addSource', { type: postgres })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  expect(await expectResult(customerPage, call)).toMatchObject({ type: postgres })
})

test('a page whose every request to the host fails gets the result from its window', async ({
  cleanStack,
  customerPage,
  database,
}) => {
  cleanStack.proxy.rule({ host: hosts.wizard, path: /^\/flows\// }, { cut: true })
  const { wizard, call } = await customerPage.open('addSource', { type: postgres })
  await fillPostgresForm(wizard, database)
  await passCheck(wizard)
  await selectStreams(wizard, ['orders'])
  expect(await expectResult(customerPage, call)).toMatchObject({ type: postgres })
  await wizard.expectClosed()
})
