import { isolated } from '@bobbin/shared/isolated'

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' })

/** Words of the form. */
export const form = {
  title: (name: string) => `Connect ${isolated(name)}`,
  editTitle: (name: string) => `Edit ${isolated(name)}`,
  docs: 'Setup guide',
  continue: 'Continue',
  save: 'Save changes',
  displayName: 'Name',
  badName: 'This name cannot be used. Please choose another.',
  displayNameHint: 'How this connection is called in lists.',
  optional: 'optional',
  advanced: 'Advanced settings',
  choose: 'Choose…',
  show: 'Show',
  hide: 'Hide',
  keepSecret: 'Leave blank to keep the current one.',
  enterAgain: (titles: readonly string[]) =>
    `It is needed again when ${alternatives.format(titles)} changes.`,
  immutable: 'This cannot be changed any more.',
  summary: (count: number) =>
    count === 1 ? 'One setting needs your attention' : `${count} settings need your attention`,
  required: (title: string) => `${title} is missing.`,
  badPattern: (title: string) => `${title} does not have the right form.`,
  badCharacters: (title: string) => `${title} has characters that cannot be shown. Please type it anew.`,
  tooLong: (title: string, most: number) => `${title} may have ${most} characters at most.`,
  tooShort: (title: string, least: number) => `${title} needs ${least} characters at least.`,
}
