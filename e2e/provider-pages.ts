import type { Screen } from './screen.ts'

/**
 * Answers the demo provider's questions as a person does: who are you, do you allow this. `window` shows the
 * provider's sign-in page already, or will in a moment.
 */
export async function answerProvider(
  window: Screen,
  { name = 'Tilda', answer = 'Allow' }: { name?: string; answer?: 'Allow' | 'Deny' } = {},
): Promise<void> {
  await window.getByLabel('Your name').fill(name)
  await window.getByRole('button', { name: 'Continue' }).click()
  await window.getByRole('button', { name: answer }).click()
}
