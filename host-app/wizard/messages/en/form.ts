import { isolated } from '@bobbin/shared/isolated'

const all = new Intl.ListFormat('en', { type: 'conjunction' })
const alternatives = new Intl.ListFormat('en', { type: 'disjunction' })

/** Words of the form. */
export const form = {
  title: (name: string) => `Connect ${isolated(name)}`,
  editTitle: (name: string) => `Edit ${isolated(name)}`,
  docs: 'Setup guide',
  help: 'Where to find it',
  unusual: (example: string) => `It is tried as it is, but most look like ${isolated(example)}`,
  continue: 'Continue',
  save: 'Save changes',
  displayName: 'Name',
  displayNameHint: 'How this connection is called in lists.',
  optional: 'optional',
  advanced: 'Advanced settings',
  choose: 'Choose…',
  chooseFrom: 'Choose from a list',
  show: 'Show',
  hide: 'Hide',
  keepSecret: 'Leave blank to keep the current one.',
  setBy: (app: string) => `Set by ${isolated(app)}.`,
  useGiven: (app: string) => `Leave blank to use the one that ${isolated(app)} has set.`,
  restored: 'What you typed before is filled in again.',
  typeAgain: 'What you typed here is not kept for you, as it is secret: please type it again.',
  enterAgain: (titles: readonly string[]) =>
    `It is needed again when ${alternatives.format(titles)} changes.`,
  filledFrom: (
    titles: readonly string[],
    { left, hasMoreHosts }: { left: readonly string[]; hasMoreHosts: boolean },
  ) =>
    [
      `Filled in from what you pasted: ${all.format(titles)}.`,
      hasMoreHosts && 'It names several hosts, of which the first was taken.',
      left.length > 0 && `Left alone: ${all.format(left.map((name) => isolated(name.slice(0, 60))))}.`,
    ]
      .filter(Boolean)
      .join(' '),
  immutable: 'This cannot be changed any more.',
  summary: (count: number) =>
    count === 1 ? 'One setting needs your attention' : `${count} settings need your attention`,
}
