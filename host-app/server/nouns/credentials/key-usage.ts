import type { Reader } from '../../store/database.ts'
import { keyIdOf } from './seal.ts'
import type { SealedColumn, SealedRow } from './sealed-column.ts'

/** How many envelopes stand under a key. */
export interface KeyUsage {
  /** null: envelopes that name no key, so they are damaged. */
  readonly keyId: string | null
  readonly rows: number
  /** By `table.column`. */
  readonly columns: Readonly<Record<string, number>>
}

/** Every key that envelopes name, whether it is configured or not. Opens nothing. */
export async function countKeyUsage(
  db: Reader,
  columns: readonly SealedColumn[],
  now: number,
): Promise<KeyUsage[]> {
  const counts = new Map<string | null, Record<string, number>>()
  const add = (keyId: string | null, column: string, rows: number) => {
    const known = counts.get(keyId) ?? {}
    counts.set(keyId, { ...known, [column]: (known[column] ?? 0) + rows })
  }
  for (const column of columns) {
    // One look for each key that is found, so the ring need not be known.
    const seen: string[] = []
    for (let after: SealedRow | null = null; ;) {
      const [row]: SealedRow[] = await column.walk(db, { notUnder: seen, after, limit: 1, now })
      if (!row) break
      const keyId = keyIdOf(row.sealed)
      if (keyId === null) {
        add(null, column.name, 1)
        after = row
        continue
      }
      seen.push(keyId)
      add(keyId, column.name, await column.countUnder(db, keyId, now))
    }
  }
  return [...counts].map(([keyId, perColumn]) => ({
    keyId,
    rows: Object.values(perColumn).reduce((sum, rows) => sum + rows, 0),
    columns: perColumn,
  }))
}
