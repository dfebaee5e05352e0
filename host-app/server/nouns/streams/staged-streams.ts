import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'

/** What one attempt of a check has found of a source otherwise than it was. */
export interface Staged {
  accountId: number
  sourceId: number
  checkName: string
  lease: string
}

/** What was found otherwise at these positions: the last is not among them. */
export interface Portion {
  start: number
  end: number
}

/** Streams of this portion as they are, each beside what was `found` of it. */
export function stagedStreams(
  db: Kysely<Tables>,
  { accountId, sourceId, checkName, lease }: Staged,
  { start, end }: Portion,
) {
  return (
    db
      .selectFrom('found_stream as found')
      // In this order: the portion is small, the source is large.
      .crossJoin('stream')
      .where('found.check_name', '=', checkName)
      .where('found.lease', '=', lease)
      .where('found.position', '>=', start)
      .where('found.position', '<', end)
      .whereRef('stream.id', '=', 'found.stream_id')
      .where('stream.account_id', '=', accountId)
      .where('stream.source_id', '=', sourceId)
  )
}
