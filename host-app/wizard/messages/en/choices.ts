import { isolated } from '@bobbin/shared/isolated'
import { number } from './nouns.ts'

/** Words of what is chosen of the authorized account. */
export const choices = {
  title: 'Choose what to connect',
  lead: (provider: string) => `${isolated(provider)} is authorized. Choose what is to be read there.`,
  choose: (title: string) => `Choose: ${isolated(title)}`,
  done: 'Done',
  find: 'Search',
  found: (count: number, isAll: boolean) =>
    isAll ? `${number(count)} to choose from` : `The first ${number(count)} to choose from`,
  matching: (count: number) => `${number(count)} found`,
  reading: 'Reading the list…',
  readingOn: (count: number) => `Reading the list… ${number(count)} so far`,
  more: 'Show more',
  onlyOne: 'This is the only one there is.',
  nothing: 'There is nothing here that this account may choose. Authorize again as somebody who may.',
  noMatch: (q: string) => `Nothing here matches “${isolated(q)}”.`,
  clear: 'Clear the search',
  cannotRead: 'The list could not be read.',
  chosen: (label: string) => `Chosen: ${isolated(label)}`,
  gone: 'What was chosen before is no longer among them.',
  missing: (title: string) => `${isolated(title)}: choose one of the list.`,
  none: 'None of them',
  continue: 'Continue',
}
