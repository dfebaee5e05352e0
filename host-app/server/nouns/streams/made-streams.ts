import type { SelectQueryBuilder } from 'kysely'
import type { Tables } from '../../store/tables.ts'

/**
 * Streams as a whole: all of their own columns, and the texts of what they are made of. Names of columns that both tables
 * have need that of theirs in front.
 */
export function wholeStreams(streams: SelectQueryBuilder<Tables, 'stream', object>) {
  return streams
    .innerJoin('stream_make', (join) =>
      join
        .onRef('stream_make.id', '=', 'stream.make_id')
        .onRef('stream_make.account_id', '=', 'stream.account_id'),
    )
    .selectAll('stream')
    .select(['stream_make.schema', 'stream_make.fields'])
}
