import { expect, test } from '../../fixtures.ts'
import { createCrmSource } from './crm-trip.ts'
import { expectError } from './promises.ts'
import { answerWith, carelessAnswers, connectByPost, returnWithoutState } from './trip-stories.ts'

/** Ways in which providers come back beside the usual one. */

test('a refusal without its state, and then nothing at all, lead back to the wizard, which goes there again', async ({
  cleanStack,
  account,
  customer,
}) => {
  await returnWithoutState(cleanStack, customer, account, (wizard, reason) =>
    expect(wizard.getByRole('alert')).toContainText(reason),
  )
})

test('either is the reason that the page gets when the person gives up', async ({
  cleanStack,
  account,
  customer,
}) => {
  const id = await createCrmSource(account)
  for (const { query, error } of carelessAnswers) {
    const careless = answerWith(cleanStack, query)
    const { wizard, call } = await customer.open('authorizeSource', { id })
    await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
    await wizard.getByRole('button', { name: 'Cancel' }).click()
    await expectError(call, { name: 'AuthorizeFailureError', ...error })
    careless.lift()
  }
})

test('an answer that the provider posts is taken, and no code is in an address', async ({
  cleanStack,
  customer,
}) => {
  await connectByPost(cleanStack, customer)
})
