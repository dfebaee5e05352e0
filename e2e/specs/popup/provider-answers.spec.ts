import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { Stack } from '../../stack.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, goToProvider, submitForm } from './crm-trip.ts'
import { expectError, expectResult, progressOf } from './promises.ts'

/** Ways in which providers come back beside the usual one. */

for (const { name, query, reason, error } of [
  {
    name: 'a refusal without its state',
    query: '?error=access_denied',
    reason: 'Access was not allowed. You can try again and allow it.',
    error: { reason: 'denied', providerCode: 'access_denied' },
  },
  {
    name: 'nothing at all',
    query: '',
    reason: 'You came back before it was finished. Try again.',
    error: { reason: 'interrupted' },
  },
]) {
  test(`${name} leads back to the wizard, which goes there again`, async ({
    cleanStack,
    account,
    customer,
  }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    const careless = answerWith(cleanStack, query)
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await expect(wizard.getByRole('alert')).toContainText(reason)
    await expect.poll(() => progressOf(customer)).toContain('back')
    expect(call.isPending()).toBe(true)
    careless.lift()

    await wizard.getByRole('link', { name: 'Try again' }).click()
    await answerProvider(wizard)
    await chooseStreams(wizard)
    expect(await expectResult(customer, call)).toMatchObject({ id, selected_streams: ['deals'] })
  })

  test(`${name} is the reason that the page gets when the person gives up`, async ({
    cleanStack,
    account,
    customer,
  }) => {
    const id = await createCrmSource(account)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    answerWith(cleanStack, query)
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await wizard.getByRole('button', { name: 'Cancel' }).click()
    await expectError(call, { name: 'AuthorizeFailureError', ...error })
  })
}

test('an answer that the provider posts is taken, and no code is in an address', async ({
  cleanStack,
  customer,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: 'platform.form-post' })
  await wizard.getByLabel('Workspace').fill('Ours')
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard)
  await expectAllSet(wizard)
  expect(await call.result()).toMatchObject({ type: 'platform.form-post', step: 'fully_configured' })
  const callbacks = cleanStack.proxy.requests.filter(({ url }) => url.startsWith('/oauth/callback/'))
  expect(callbacks.map(({ method }) => method)).toEqual(['POST', 'GET'])
  expect(callbacks.map(({ url }) => url).join()).not.toMatch(/code=|state=/)
  expect(callbacks[0]?.headers['cookie']).toBeUndefined()
})

/** The provider sends everybody back at once, with this. */
function answerWith({ proxy, origins }: Stack, query: string) {
  return proxy.rule(
    { host: hosts.provider, path: '/auth' },
    {
      answer: (_request, response) =>
        void response.writeHead(302, { location: `${origins.wizard}/oauth/callback/demo-crm${query}` }).end(),
    },
  )
}
