import type { Account } from '../../connect-api.ts'
import type { Screen } from '../../screen.ts'
import { appName } from '../../stack.ts'
import { passCheck, selectStreams } from '../../wizard-window.ts'

/** The Demo CRM's wizard as a person walks it: a form, a trip to its provider, a check, streams. */

export const demoCrm = 'platform.demo-crm'

/** A source of the Demo CRM that is set up but not authorized. */
export async function createCrmSource(account: Account, name = 'Our CRM'): Promise<number> {
  const { id } = await account.createSource({
    type: demoCrm,
    display_name: name,
    properties: { start_date: '2026-01-01', region: 'eu' },
  })
  return id
}

/** The form's values are all given; only the button is left. */
export async function submitForm(wizard: Screen): Promise<void> {
  await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
}

export async function goToProvider(wizard: Screen): Promise<void> {
  await wizard.getByRole('link', { name: 'Authorize with Demo CRM' }).click()
  await expectProvider(wizard)
}

/** The provider asks who is there. */
export async function expectProvider(wizard: Screen): Promise<void> {
  await wizard.getByLabel('Your name').waitFor()
}

/** Where the page that asked could not show itself, the person is asked. */
export async function giveConsent(wizard: Screen): Promise<void> {
  await wizard.getByRole('button', { name: `Continue to ${appName}` }).click()
}

/** Waits for the check and saves a selection: the last two steps. */
export async function chooseStreams(wizard: Screen): Promise<void> {
  await expectStreams(wizard)
  await selectStreams(wizard, ['deals'])
}

export const expectStreams = passCheck
