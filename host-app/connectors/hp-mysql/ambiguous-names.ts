import { readTables } from './catalog-queries.ts'
import type { MysqlSession } from './session.ts'

/**
 * The texts that the names of two tables make, each joined to its database by a hyphen. Nearly always there is none, and
 * nothing is asked: that takes a database whose name begins with that of another one and a hyphen.
 */
export async function findAmbiguous(
  session: MysqlSession,
  databases: readonly string[],
): Promise<Set<string>> {
  const all = new Set(databases)
  const ambiguous = new Set<string>()
  for (const longer of databases) {
    const shorter = beginnings(longer).filter((name) => all.has(name))
    if (shorter.length === 0) continue
    const { tables } = await readTables(session, [longer, ...shorter])
    const seen = new Set<string>()
    for (const { database, name } of tables) {
      const joined = `${database}-${name}`
      if (seen.has(joined)) ambiguous.add(joined)
      seen.add(joined)
    }
  }
  return ambiguous
}

/** What stands before each hyphen. */
function beginnings(name: string): string[] {
  const parts = name.split('-')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('-'))
}
