import type { ReplicationMethod } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'

/** Words of the stream picker. */
export const streams = {
  title: 'Choose what to sync',
  find: 'Find a stream',
  selectAll: (count: number) => `Select all ${number(count)}`,
  selectShown: (count: number) => `Select all ${number(count)} shown`,
  selected: (count: number, of: number) => `${number(count)} of ${number(of)} selected`,
  onlySelected: 'Only selected',
  onItsWay: 'Loading…',
  tooManyRules: 'That is more than fits into one go. Save the selection, then come back and go on.',
  lostTouch: 'The list could not be read further. It is tried again as soon as the connection is back.',
  noneSelected: 'Nothing is selected yet.',
  showAll: 'Show all',
  noSelectedMatch: (q: string) => `Nothing that is selected matches “${isolated(q)}”.`,
  list: 'Streams',
  open: (name: string) => `Open ${isolated(name)}`,
  empty: 'The connection works, and nothing is there yet. Skip this for now, and come back when there is.',
  noMatch: (q: string) => `No stream matches “${isolated(q)}”.`,
  clear: 'Clear the search',
  fields: (count: number) => `${number(count)} ${count === 1 ? 'field' : 'fields'}`,
  rows: (count: number) => `${compact(count)} ${count === 1 ? 'row' : 'rows'}`,
  view: 'View',
  change: { added: 'New', changed: 'Changed' },
  removed: (count: number) =>
    count === 1
      ? 'One selected stream is no longer there'
      : `${number(count)} selected streams are no longer there`,
  changes: (added: number, changed: number) =>
    `Since the last time: ${[added && `${number(added)} new`, changed && `${number(changed)} changed`].filter(Boolean).join(', ')}.`,
  save: 'Save selection',
  skip: 'Skip for now',
  nothingSelected: 'Select at least one stream, or skip this step for now.',
  cannotLoad: 'The streams could not be loaded.',
  method: {
    FULL_TABLE: 'Full table',
    INCREMENTAL: 'Key-based',
    LOG_BASED: 'Log-based',
  } satisfies Record<ReplicationMethod, string>,
}

/** Words of one opened stream. */
export const stream = {
  include: 'Sync this stream',
  close: 'Close',
  replication: 'How it is kept up to date',
  methodHint: {
    FULL_TABLE: 'Copies every row each time.',
    INCREMENTAL: 'Copies rows that are new or changed, by a key.',
    LOG_BASED: 'Reads the changes from the database’s log.',
  } satisfies Record<ReplicationMethod, string>,
  forced: 'The source decides this.',
  noKeyPossible: 'No field can serve as the key.',
  replicationKey: 'Replication key',
  choose: 'Choose a field…',
  viewKey: (name: string) => `${isolated(name)} is a key`,
  viewKeysHint: 'A view has no primary key of its own. Choose the fields that tell its rows apart.',
  fields: 'Fields',
  find: 'Find a field',
  selected: (count: number, of: number) => `${number(count)} of ${number(of)} selected`,
  selectShown: (count: number) => `Select all ${number(count)} fields shown`,
  selectAll: (count: number) => `Select all ${number(count)} fields`,
  key: 'Key',
  automatic: 'Always included',
  unsupported: 'Cannot be synced',
  excludedBy: (name: string) => `Not together with ${isolated(name)}`,
  noMatch: (q: string) => `No field matches “${isolated(q)}”.`,
}

const numbers = new Intl.NumberFormat('en')
const compactNumbers = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

function number(value: number): string {
  return numbers.format(value)
}

function compact(value: number): string {
  return compactNumbers.format(value)
}
