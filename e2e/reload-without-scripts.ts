import { expect, type Page } from '@playwright/test'

/** Reloads the wizard's page and holds its scripts back. Returns the way to let them come. */
export async function reloadWithoutScripts(wizard: Page): Promise<() => void> {
  const scripts = Promise.withResolvers<void>()
  await wizard.route('**/wizard/assets/*.js', async (route) => {
    await scripts.promise
    await route.continue()
  })
  await wizard.reload({ waitUntil: 'commit' })
  await expect(wizard.getByRole('button', { name: 'Continue' })).toBeDisabled()
  return scripts.resolve
}
