import { expect, test } from '../../fixtures.ts'
import { createCrmSource } from './crm-trip.ts'
import { expectError } from './promises.ts'
import { answerWith, connectByPost, returnWithoutState } from './trip-stories.ts'

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
    await returnWithoutState(cleanStack, customer, account, {
      query,
      look: (wizard) => expect(wizard.getByRole('alert')).toContainText(reason),
    })
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
  await connectByPost(cleanStack, customer)
})
