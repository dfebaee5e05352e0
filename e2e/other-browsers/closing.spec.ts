import { chooseStreams, createCrmSource, demoCrm, goToProvider, submitForm } from '../specs/popup/crm-trip.ts'
import { documentsMet, expectError, progressOf } from '../specs/popup/promises.ts'
import { expectSevered, makeSevering, providers } from '../specs/popup/severing-provider.ts'
import { returnToStreams } from '../specs/popup/trip-stories.ts'
import { expectAllSet } from '../wizard-window.ts'
import { expect, test } from './fixtures.ts'

/** Each way in which a window goes away, as Firefox and WebKit tell of it. */

/** Long enough for a trip to the provider, short enough to wait for. */
const away = 12_000
test.use({ timings: { away } })

const closed = { name: 'AppClosedPrematurelyError', reason: 'closed', certainty: 'confirmed' }

test('a window closed at the form is known to be closed, and can be taken back', async ({ customerPage }) => {
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await expect.poll(() => documentsMet(customerPage)).toBe(1)
  await expect.poll(() => progressOf(customerPage)).toContain('step')
  await wizard.closeAsUser()
  await expectError(call, { ...closed, step: 'form', canResume: true })

  const again = await customerPage.open('resume the error')
  await submitForm(again.wizard)
  await goToProvider(again.wizard)
  expect(again.call.isPending()).toBe(true)
})

for (const { provider, isSevering } of providers) {
  test(`a window closed at ${provider} is in doubt first, then believed gone`, async ({
    cleanStack,
    account,
    customerPage,
  }) => {
    if (isSevering) makeSevering(cleanStack.proxy)
    const id = await createCrmSource(account)
    const { wizard, call } = await customerPage.open('authorizeSource', { id })
    await goToProvider(wizard)
    await wizard.closeAsUser()
    await expect.poll(() => progressOf(customerPage)).toContain('uncertain')
    expect(call.isPending()).toBe(true)
    await expectError(call, {
      name: 'AppClosedPrematurelyError',
      reason: 'abandoned',
      certainty: 'assumed',
      sourceId: id,
      step: 'oauth',
      canResume: true,
    })
  })
}

test('a window closed after a trip to the provider is known to be closed, and one that closes as it brings its result has brought it', async ({
  account,
  customerPage,
}) => {
  const { id, wizard, call } = await returnToStreams(customerPage, account)
  await expect.poll(() => documentsMet(customerPage)).toBe(2)
  await wizard.closeAsUser()
  await expectError(call, { ...closed, sourceId: id, step: 'field_selection', canResume: true })

  const again = await customerPage.open('resume the error')
  await chooseStreams(again.wizard)
  await expectAllSet(again.wizard)
  await again.wizard.closeAsUser()
  expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
  expect(again.call.settlements()).toBe(1)
})

test('a window that was cut off is missed when it is closed, and can be taken back', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const { id, wizard, call } = await returnToStreams(customerPage, account)
  await expectSevered(customerPage)
  await wizard.closeAsUser()
  await expectError(call, { ...closed, sourceId: id, step: 'field_selection', canResume: true })

  const again = await customerPage.open('resume the error')
  await chooseStreams(again.wizard)
  expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
})

test('Cancel and Discard in the wizard, close() and abort() of the page end the call, and the window closes itself', async ({
  account,
  customerPage,
}) => {
  for (const button of ['Cancel', 'Discard', 'close', 'abort'] as const) {
    await test.step(button, async () => {
      await customerPage.load()
      const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
      await expect.poll(() => progressOf(customerPage)).toContain('step')
      if (button === 'Cancel') {
        await wizard.getByRole('button', { name: 'Cancel' }).click()
        await expectError(call, { ...closed, reason: 'cancelled' })
      } else if (button === 'Discard') {
        await submitForm(wizard)
        await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).waitFor()
        const cancel = wizard.getByRole('button', { name: 'Cancel' })
        await cancel.click()
        // What Enter would press destroys nothing; who thinks better of it is back where they were.
        await wizard.expectFocus('Keep going')
        await wizard.press('Escape')
        await wizard.expectFocus('Cancel')
        await cancel.click()
        await wizard.getByRole('button', { name: 'Discard and close' }).click()
        const error = await expectError(call, { ...closed, reason: 'cancelled', canResume: false })
        expect(error).not.toHaveProperty('sourceId')
        const made = await account.call('GET', '/v4/sources')
        expect(made).toMatchObject([{ deleted_at: expect.any(String) }])
      } else {
        await customerPage.click(button)
        const name = button === 'abort' ? 'AbortError' : 'AppClosedPrematurelyError'
        expect(await call.error()).toMatchObject({ name })
        expect(call.settlements()).toBe(1)
      }
      await wizard.expectClosed()
    })
  }
})

test('close() of the page reaches a window that was cut off', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  makeSevering(cleanStack.proxy)
  const { wizard, call } = await returnToStreams(customerPage, account)
  await expectSevered(customerPage)
  await customerPage.click('close')
  await expectError(call, closed)
  await wizard.expectClosed()
})
