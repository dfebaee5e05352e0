import { sql } from 'kysely'
import type { Database } from '../../store/database.ts'

/**
 * Events that other processes append: the command line, beside a running server. Nobody wakes us for them,
 * so they are looked for, by the number that the store itself gives each row.
 */
export interface ForeignEvents {
  /** An event of our own; its followers know. */
  appended(topic: string, seq: number): void
  /** Rows are gone, and their numbers may be given again. */
  erased(): void
  /** The topics that others wrote to since the last look. `all`: it cannot be told, so any may be. */
  find(): Promise<readonly string[] | 'all'>
}

/** Rows looked at in one statement. */
const batch = 1_000

export function createForeignEvents({ read }: Pick<Database, 'read'>): ForeignEvents {
  /** The row up to which all is known. Null before the first look, and when numbers may come again. */
  let seen: number | null = null
  /** The newest event of ours in each topic that is not seen yet. */
  const own = new Map<string, number>()

  async function newestRow(): Promise<number> {
    const row = await read
      .selectFrom('event')
      .select(sql<number | null>`max(rowid)`.as('row'))
      .executeTakeFirst()
    return row?.row ?? 0
  }

  return {
    appended(topic, seq) {
      if (seen !== null) own.set(topic, seq)
    },
    erased() {
      seen = null
    },
    async find() {
      const newest = await newestRow()
      if (seen === null || newest < seen) {
        seen = newest
        own.clear()
        return 'all'
      }
      const found = new Set<string>()
      while (seen < newest) {
        const rows: { row: number; topic: string; seq: number }[] = await read
          .selectFrom('event')
          .select([sql<number>`rowid`.as('row'), 'topic', 'seq'])
          .where(sql<boolean>`rowid > ${seen}`)
          .orderBy(sql`rowid`)
          .limit(batch)
          .execute()
        if (rows.length === 0) break
        for (const { topic, seq } of rows) if ((own.get(topic) ?? 0) < seq) found.add(topic)
        for (const { topic, seq } of rows) if ((own.get(topic) ?? Infinity) <= seq) own.delete(topic)
        // Unless rows were erased meanwhile: then all is looked at next time.
        if (seen !== null) seen = rows.at(-1)?.row ?? newest
        else break
      }
      return [...found]
    },
  }
}
