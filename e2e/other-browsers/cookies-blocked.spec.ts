import { demoCrm, goToProvider, submitForm } from '../specs/popup/crm-trip.ts'
import { expectError } from '../specs/popup/promises.ts'
import { expect, test } from './fixtures.ts'

test.use({ cookies: 'blocked' })

/** Long before the promise would give up by itself, in milliseconds. */
const atOnce = 10_000

test('where the browser blocks all cookies, page and window say so at once; once they are allowed, a reload shows the form and the same flow goes on', async ({
  customerPage,
  profile,
}) => {
  const { wizard, call } = await customerPage.open('addSource', { type: demoCrm })
  await wizard.getByRole('heading', { level: 1, name: 'Cookies are blocked' }).waitFor({ timeout: atOnce })
  await expectError(call, { name: 'CookiesBlockedError', retryable: true, canResume: true })
  if (!profile.allowCookies) return

  await profile.allowCookies()
  await wizard.reload()
  await wizard.getByRole('heading', { level: 1, name: 'Connect Demo CRM' }).waitFor()
  const again = await customerPage.open('resume the error')
  await submitForm(again.wizard)
  await goToProvider(again.wizard)
  expect(again.call.isPending()).toBe(true)
})
