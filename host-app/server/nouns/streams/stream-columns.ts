import type { Kysely } from 'kysely'
import type { StreamColumns, StreamSearch } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { presentStreams } from './selection-queries.ts'
import { findStreamWindow, type WindowTarget } from './stream-window.ts'

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
export async function findStreamColumns(db: Kysely<Tables>, target: WindowTarget): Promise<StreamColumns> {
  const { accountId, sourceId } = target
  const first = await findStreamWindow(db, target, everything, windowSize)
  const isWhole = (first.tally?.all.count ?? 0) <= mostSentWhole
  const gone = await db
    .selectFrom('stream')
    .select('tap_stream_id')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('removed_at', 'is not', null)
    .where('selected', '=', 1)
    .where('change', 'is not', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  const news = await presentStreams(db, accountId, sourceId)
    .select((eb) => ['change', eb.fn.countAll<number>().as('count')])
    .where('change', 'is not', null)
    .groupBy('change')
    .execute()
  const counted = (change: 'added' | 'changed') =>
    Number(news.find((one) => one.change === change)?.count ?? 0)
  return {
    ...(isWhole ? await findStreamWindow(db, target, everything, mostSentWhole) : first),
    added: counted('added'),
    changed: counted('changed'),
    removed: gone.slice(0, mostRemoved).map((row) => row.tap_stream_id),
    removed_count: gone.length,
  }
}

/** What a search leaves of very many streams, a window of it. */
export const findSearchedStreams = (db: Kysely<Tables>, target: WindowTarget, search: StreamSearch) =>
  findStreamWindow(db, target, search, windowSize)
