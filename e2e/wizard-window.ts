import type { Page } from '@playwright/test'
import type { DatabaseSettings } from './database.ts'
import type { Screen } from './screen.ts'

/** What a person does in the wizard, screen by screen. Everything is found by its role and its name. */

/** Fills in the form of the PostgreSQL connector and goes on. */
export async function fillPostgresForm(
  wizard: Screen,
  settings: DatabaseSettings & { name?: string },
): Promise<void> {
  if (settings.name !== undefined) await wizard.getByLabel('Name', { exact: true }).fill(settings.name)
  await wizard.getByLabel('Host', { exact: true }).fill(settings.host)
  await wizard.getByLabel('Port', { exact: true }).fill(settings.port)
  await wizard.getByLabel('Database', { exact: true }).fill(settings.dbname)
  await wizard.getByLabel('User', { exact: true }).fill(settings.user)
  await wizard.getByLabel('Password', { exact: true }).fill(settings.password)
  await wizard.getByRole('button', { name: 'Continue' }).click()
}

/** Waits for the check to succeed: its screen moves on to the streams by itself. */
export async function passCheck(wizard: Screen): Promise<void> {
  await wizard.getByLabel('Find a stream').waitFor({ timeout: 60_000 })
}

/** Ticks streams by their name, each found by the search box, and saves. */
export async function selectStreams(wizard: Screen, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await wizard.getByLabel('Find a stream').fill(name)
    await wizard.getByRole('checkbox', { name, exact: true }).check()
  }
  await wizard.getByRole('button', { name: 'Save selection' }).click()
}

/** Waits for the last screen. */
export async function expectAllSet(wizard: Screen): Promise<void> {
  await wizard.getByRole('heading', { level: 1, name: 'All set' }).waitFor()
}

/** Leaves the last screen. Its window may be gone before the click has been answered. */
export async function clickDone(wizard: Page): Promise<void> {
  const click = wizard.getByRole('button', { name: 'Done' }).click()
  const answered = click.catch((error: unknown) => {
    if (!String(error).includes('has been closed')) throw error
  })
  await Promise.all([wizard.waitForEvent('close'), answered])
}

/** Closes a window as its user does, which a page may object to or notice; unlike a window that is killed. */
export async function closeAsUser(window: Page): Promise<void> {
  const closed = window.waitForEvent('close')
  await window.close({ runBeforeUnload: true })
  await closed
}
