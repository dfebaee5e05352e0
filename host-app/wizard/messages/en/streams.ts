import type { ReplicationMethod } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { counted, number, type Noun } from './nouns.ts'

const field = { one: 'field', many: 'fields' }

/** What a stream is, since the search asks for one. */
const hints: Record<string, string> = {
  table: 'Each table is a stream of data. Those that you select are copied; the rest stays where it is.',
  object:
    'Each kind of object is a stream of data. Those that you select are copied; the rest stays where it is.',
  report: 'Each report is a stream of data. Those that you select are copied; the rest stays where it is.',
  file: 'Each file is a stream of data. Those that you select are copied; the rest stays where it is.',
  stream: 'A stream is one kind of record. Those that you select are copied; the rest stays where it is.',
}

/** Nobody reads more names in a sentence. */
const mostNamed = 5

/** Words of the stream picker. */
export const streams = {
  title: ({ many }: Noun) => `Choose the ${many} to sync`,
  hint: (noun: Noun) => hints[noun.one] ?? hints['stream'],
  find: 'Find a stream',
  selectAll: (noun: Noun) => (count: number) => selectAll(count, noun),
  selectShown: (noun: Noun) => (count: number) => `${selectAll(count, noun)} shown`,
  unselect: (count: number, noun: Noun) =>
    count === 0 ? 'Unselect all' : `Unselect ${count === 1 ? '' : 'all '}${counted(count, noun)}`,
  selected: (count: number, of: number, noun: Noun) => `${number(count)} of ${counted(of, noun)} selected`,
  onlySelected: 'Only selected',
  onItsWay: 'Loading…',
  tooManyRules: 'That is more than fits into one go. Save the selection, then come back and go on.',
  lostTouch: 'The list could not be read further. It is tried again as soon as the connection is back.',
  noneSelected: 'Nothing is selected yet.',
  showAll: 'Show all',
  noSelectedMatch: (q: string, { one }: Noun) => `No selected ${one} matches “${isolated(q)}”.`,
  list: ({ many }: Noun) => `${many.charAt(0).toUpperCase()}${many.slice(1)}`,
  open: (name: string) => `Open ${isolated(name)}`,
  empty: 'The connection works, and nothing is there yet. Skip this for now, and come back when there is.',
  noMatch: (q: string, { one }: Noun) => `No ${one} matches “${isolated(q)}”.`,
  clear: 'Clear the search',
  fields: (count: number) => counted(count, field),
  rows: (count: number, { row, rows }: Noun) => `${compact(count)} ${count === 1 ? row : rows}`,
  view: 'View',
  needed: (app: string | null, { one }: Noun) =>
    `${app === null ? 'The app' : isolated(app)} needs this ${one}.`,
  change: { added: 'New', changed: 'Changed' },
  removed: (count: number, { one, many }: Noun) =>
    count === 1
      ? `One selected ${one} is no longer there`
      : `${number(count)} selected ${many} are no longer there`,
  /** What was ticked and not saved, on coming back. */
  lost: (names: readonly string[], noun: Noun) => {
    const told = names.slice(0, mostNamed).map(isolated).join(', ')
    const more = names.length > mostNamed ? ', …' : ''
    return `${counted(names.length, noun)} that you had ticked cannot be selected any more: ${told}${more}.`
  },
  changes: (added: number, changed: number) =>
    `Since the last time: ${[added && `${number(added)} new`, changed && `${number(changed)} changed`].filter(Boolean).join(', ')}.`,
  save: 'Save selection',
  skip: 'Skip for now',
  nothingSelected: ({ one }: Noun) => `Select at least one ${one}, or skip this step for now.`,
  cannotLoad: ({ many }: Noun) => `The ${many} could not be loaded.`,
  method: {
    FULL_TABLE: 'Everything, each time',
    INCREMENTAL: 'Only what is new or changed',
    LOG_BASED: 'Every change, from the log',
  } satisfies Record<ReplicationMethod, string>,
}

/** Words of one opened stream. */
export const stream = {
  include: ({ one }: Noun) => `Sync this ${one}`,
  close: 'Close',
  replication: 'How it is kept up to date',
  methodHint: {
    FULL_TABLE: ({ rows }: Noun) =>
      `Copies all ${rows} on every run. Always right; takes long where there is much.`,
    INCREMENTAL: ({ rows }: Noun) =>
      `Copies ${rows} whose key field is higher than at the last run. Does not notice ${rows} that are deleted.`,
    LOG_BASED: ({ rows }: Noun) =>
      `Reads from the database’s own log what was added, changed and deleted among the ${rows}.`,
  } satisfies Record<ReplicationMethod, (noun: Noun) => string>,
  /** Before the name that Singer has for a method. */
  singer: 'Singer:',
  forced: 'The source decides this.',
  noKeyPossible: 'No field can serve as the key.',
  replicationKey: 'Replication key',
  replicationKeyHint:
    'The field that says what is new: when it was last changed, or a number that only grows.',
  choose: 'Choose a field…',
  viewKey: (name: string) => `${isolated(name)} is a key`,
  viewKeysHint: 'A view has no primary key of its own. Choose the fields that tell its rows apart.',
  fields: 'Fields',
  find: 'Find a field',
  selected: (count: number, of: number) => `${number(count)} of ${counted(of, field)} selected`,
  selectShown: (count: number) => `${selectAll(count, field)} shown`,
  selectAll: (count: number) => selectAll(count, field),
  key: 'Key',
  automatic: 'Always included',
  unsupported: 'Cannot be synced',
  excludedBy: (name: string) => `Not together with ${isolated(name)}`,
  noMatch: (q: string) => `No field matches “${isolated(q)}”.`,
}

const compactNumbers = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `Select 1 table`, `Select all 3 tables`. */
function selectAll(count: number, noun: Pick<Noun, 'one' | 'many'>): string {
  return count === 1 ? `Select ${counted(1, noun)}` : `Select all ${counted(count, noun)}`
}

function compact(value: number): string {
  return compactNumbers.format(value)
}
