import { connectByPost, returnWithoutState } from '../specs/popup/trip-stories.ts'
import { test } from './fixtures.ts'

/** Ways in which providers come back beside the usual one. */

test('a refusal without its state, and then nothing at all, lead back to the wizard, which goes there again', async ({
  cleanStack,
  account,
  customerPage,
}) => {
  await returnWithoutState(cleanStack, customerPage, account)
})

test('an answer that the provider posts is taken, and no code is in an address', async ({
  cleanStack,
  customerPage,
}) => {
  await connectByPost(cleanStack, customerPage)
})
