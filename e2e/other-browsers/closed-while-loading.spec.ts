import { closeHalfLoaded } from '../specs/popup/trip-stories.ts'
import { test } from './fixtures.ts'

/** A window that is closed before it could say a word. */

test('a window closed after half of its page had come', async ({ cleanStack, customerPage }) => {
  await closeHalfLoaded(cleanStack, customerPage, (wizard) => wizard.closeAsUser())
})
