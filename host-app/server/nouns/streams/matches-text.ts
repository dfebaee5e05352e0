import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { presentStreams } from './selection-queries.ts'

/**
 * The condition "id or name contains the text", in either case of letters, as the picker filters. SQLite
 * folds the case of ASCII only; for other letters the ids are found here, by the rules of the picker.
 */
export async function matchesText(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  text: string,
): Promise<RawBuilder<SqlBool>> {
  const needle = text.toLowerCase()
  if (/^[\x20-\x7e]*$/.test(needle)) {
    const pattern = `%${needle.replace(/[\\%_]/g, '\\$&')}%`
    return sql<SqlBool>`(lower(tap_stream_id) like ${pattern} escape '\\'
      or lower(stream_name) like ${pattern} escape '\\')`
  }
  const streams = await presentStreams(db, accountId, sourceId)
    .select(['id', 'tap_stream_id', 'stream_name'])
    .execute()
  const ids = streams
    .filter((stream) =>
      [stream.tap_stream_id, stream.stream_name].some((name) => name.toLowerCase().includes(needle)),
    )
    .map((stream) => stream.id)
  // Our own integers, written out: there may be more of them than a statement takes parameters.
  return ids.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`id in (${sql.raw(ids.join(','))})`
}
