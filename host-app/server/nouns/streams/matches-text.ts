import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { searchWords } from '@bobbin/shared/stream-search'

/** The condition "a search for the text finds the stream", by the rules that the picker filters by. */
export function matchesText(text: string): RawBuilder<SqlBool> {
  const words = searchWords(text)
  if (words.length === 0) return sql<SqlBool>`1 = 1`
  const conditions = words.map(
    (word) => sql`search_text like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
  )
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}
