import { tellAccount, type FeedWriter } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import type { OpenStream } from './choice-store.ts'
import { findUsableSelections } from './selection-queries.ts'
import { findSelectionVersion } from './selection-version.ts'
import type { StreamChoice } from './stream-choice.ts'
import { findCounts } from './stream-counts.ts'

/** What a change did to the selection, in streams. */
export interface SelectionTally {
  added: number
  removed: number
  /** Selected before and after, with other fields, or replicated in another way. */
  changed: number
}

export function emptyTally(): SelectionTally {
  return { added: 0, removed: 0, changed: 0 }
}

/** A stream that nobody wants, before or after, or can have, is no change of the selection, whatever is noted about it. */
export function tallyChoice(
  tally: SelectionTally,
  { choice: before, description }: Pick<OpenStream, 'choice' | 'description'>,
  after: StreamChoice,
): void {
  if (description.access) return
  if (before.selected !== true && after.selected !== true) return
  if (before.selected !== true) tally.added += 1
  else if (after.selected !== true) tally.removed += 1
  else if (textOf(before) !== textOf(after)) tally.changed += 1
}

function textOf({ method, replicationKey, viewKeys, fields }: StreamChoice): string {
  return JSON.stringify([method, replicationKey, viewKeys, [...fields].sort()])
}

/** Tells the account once, in the transaction of the change; of a change that changed nothing it hears nothing. */
export async function tellSelected(
  tx: Transaction,
  events: FeedWriter,
  accountId: number,
  sourceId: number,
  tally: SelectionTally,
): Promise<void> {
  if (tally.added + tally.removed + tally.changed === 0) return
  await tellAccount(tx, events, accountId, 'streams.selected', {
    source_id: sourceId,
    version: await findSelectionVersion(tx.db, accountId, sourceId),
    selected_streams_count: (await findCounts(tx.db, accountId, sourceId)).selected,
    ...tally,
    is_finished: (await findUsableSelections(tx.db, accountId, [sourceId])).has(sourceId),
  })
}
