import { isolated } from '@bobbin/shared/isolated'

const list = new Intl.ListFormat('en')

/** Words of the question that **Cancel** asks. */
export const cancel = {
  title: 'Stop here?',
  made: (names: readonly string[]) =>
    `${list.format(names.map(isolated))} ${names.length === 1 ? 'is' : 'are'} not finished. You can keep what you have set up and go on later, or discard it: then all of it is deleted, with its settings, passwords and permissions.`,
  stays: (name: string) => `${isolated(name)} stays, with what you have saved so far.`,
  typed: 'What you entered on this page and have not saved will be lost.',
  failed: 'That did not work, so nothing is deleted yet. Please try again.',
  stay: 'Keep going',
  keep: 'Close and keep',
  discard: 'Discard and close',
}
