import { connectByPost, returnWithoutState } from '../specs/popup/trip-stories.ts'
import { test } from './fixtures.ts'

/** Ways in which providers come back beside the usual one. */

for (const [name, query] of [
  ['a refusal without its state', '?error=access_denied'],
  ['nothing at all', ''],
] as const) {
  test(`${name} leads back to the wizard, which goes there again`, async ({
    cleanStack,
    account,
    customerPage,
  }) => {
    await returnWithoutState(cleanStack, customerPage, account, { query })
  })
}

test('an answer that the provider posts is taken, and no code is in an address', async ({
  cleanStack,
  customerPage,
}) => {
  await connectByPost(cleanStack, customerPage)
})
