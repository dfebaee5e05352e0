import { isolated } from '@bobbin/shared/isolated'
import type { WizardStep } from '@bobbin/shared/steps'

/** Words that every screen shares. */
export const shell = {
  forAccount: (company: string) => `for ${isolated(company)}`,
  steps: 'Steps',
  step: {
    form: 'Settings',
    oauth: 'Authorize',
    discover_schema: 'Check',
    field_selection: 'Streams',
  } satisfies Record<WizardStep, string>,
  finished: 'finished',
  cancel: 'Cancel',
  back: 'Back',
  /** Before something is done again at a step that was gone back to. */
  again: {
    form: 'Changing these settings means that the connection is checked again.',
    oauth: 'Authorizing again means that the connection is checked again.',
    discover_schema: 'What you have selected is kept when the check runs again.',
  } as Readonly<Partial<Record<WizardStep, string>>>,
  tryAgain: 'Try again',
  reload: 'Reload',
  loading: 'Loading…',
  connecting: 'Connecting…',
  saving: 'Saving…',
  done: 'Done',
  preparing: 'Preparing…',
  preparingText: 'We are waiting for the app that opened this window.',
  needsNewerBrowser:
    'This browser is too old for this page. Use Chrome or Edge 107, Firefox 107, Safari 16.1, or later.',
  needsScript: 'This page needs JavaScript. Turn it on and reload.',
  offline: 'The connection was lost. Reconnecting…',
  unreachable: 'The server did not answer. Nothing you entered is lost.',
  notSaved: 'That did not work.',
}
