import type { Kysely } from 'kysely'
import type { StreamColumns, StreamSearch } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { presentStreams } from './selection-queries.ts'
import { findCounts } from './stream-counts.ts'
import { findStreamWindow } from './stream-window.ts'
import { findTokenRules, type StreamTarget, type TokenRules } from './token-rules.ts'

/** So many streams are sent as a whole, and searched where they are shown. Of more, what is in sight. */
const mostSentWhole = 2_000
/** Streams in one window of more. */
const windowSize = 100
/** Nobody reads more names of what is gone. */
const mostRemoved = 100

/** No search, and nothing changed. */
const everything: StreamSearch = {
  q: '',
  only_selected: false,
  matching: [],
  ticked: [],
  unticked: [],
  offset: 0,
  with_tally: true,
}

/** The streams of a source, or the first of very many, and what is new. No schema is read, whatever the number of fields. */
export async function findStreamColumns(db: Kysely<Tables>, target: StreamTarget): Promise<StreamColumns> {
  const { accountId, sourceId } = target
  const { count, ...news } = await findCounts(db, accountId, sourceId)
  const rules = await findTokenRules(db, target)
  const { added, changed, removed } = rules ? await countNews(db, target, rules) : news
  const size = count <= mostSentWhole ? mostSentWhole : windowSize
  return {
    ...(await findStreamWindow(db, target, everything, size)),
    added,
    changed,
    removed: removed > 0 ? await findRemoved(db, target) : [],
    removed_count: removed,
    required_count: rules?.required.length ?? 0,
  }
}

/** What is new of what is listed. What went is no stream any more, so no token lists it. */
async function countNews(
  db: Kysely<Tables>,
  { accountId, sourceId }: StreamTarget,
  { isListed }: TokenRules,
): Promise<{ added: number; changed: number; removed: number }> {
  const rows = await presentStreams(db, accountId, sourceId)
    .select((eb) => ['change', eb.fn.countAll<number>().as('count')])
    .where('change', 'in', ['added', 'changed'])
    .where(isListed)
    .groupBy('change')
    .execute()
  const countOf = (change: 'added' | 'changed') =>
    Number(rows.find((row) => row.change === change)?.count ?? 0)
  return { added: countOf('added'), changed: countOf('changed'), removed: 0 }
}

/** Streams that were selected and are gone since; the first of them. */
async function findRemoved(db: Kysely<Tables>, { accountId, sourceId }: StreamTarget): Promise<string[]> {
  const gone = await db
    .selectFrom('stream')
    .select('tap_stream_id')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    // Of these only those that changed are indexed, so that no others are looked at.
    .where('change', '=', 'changed')
    .where('removed_at', 'is not', null)
    .where('selected', '=', 1)
    .orderBy('position')
    .orderBy('id')
    .limit(mostRemoved)
    .execute()
  return gone.map((row) => row.tap_stream_id)
}

/** What a search leaves of very many streams, a window of it. */
export const findSearchedStreams = (db: Kysely<Tables>, target: StreamTarget, search: StreamSearch) =>
  findStreamWindow(db, target, search, windowSize)
