import type { Reader } from '../../store/database.ts'
import { SealError, type KeyRing } from './seal.ts'
import type { SealedColumn, SealedRow } from './sealed-column.ts'

/** What came of opening rows under a key. */
export interface KeyTrial {
  readonly keyId: string
  readonly opened: number
  /** Rows that name the key and do not open, by `table.column`. */
  readonly unopened: Readonly<Record<string, number>>
}

/** A few rows of each column tell a wrong key from a damaged row. */
export const sampleSize = 5
const batchSize = 500

/** Opens rows under each of these keys, so many of each column at most. Changes nothing. */
export async function tryKeys(
  {
    db,
    keyRing,
    columns,
    now,
  }: { db: Reader; keyRing: KeyRing; columns: readonly SealedColumn[]; now: number },
  { keyIds = keyRing.keyIds, perColumn }: { keyIds?: readonly string[]; perColumn: number },
): Promise<KeyTrial[]> {
  const trials: KeyTrial[] = []
  for (const keyId of keyIds) {
    let opened = 0
    const unopened: Record<string, number> = {}
    for (const column of columns) {
      let left = perColumn
      for (let after: SealedRow | null = null; left > 0;) {
        const limit = Math.min(left, batchSize)
        const rows: SealedRow[] = await column.walk(db, { under: keyId, notUnder: [], after, limit, now })
        for (const row of rows) {
          if (opens(keyRing, row)) opened += 1
          else unopened[column.name] = (unopened[column.name] ?? 0) + 1
        }
        left = rows.length < limit ? 0 : left - rows.length
        after = rows.at(-1) ?? null
      }
    }
    trials.push({ keyId, opened, unopened })
  }
  return trials
}

function opens(keyRing: KeyRing, { sealed, context }: SealedRow): boolean {
  try {
    keyRing.open(sealed, context)
    return true
  } catch (error) {
    if (error instanceof SealError) return false
    throw error
  }
}

/** Whether the key has the right id and the wrong bytes, as far as rows can tell. */
export function isWrong({ opened, unopened }: KeyTrial): boolean {
  return opened === 0 && Object.keys(unopened).length > 0
}

/** For the operator: what is wrong, and the two ways out. */
export function wrongKeySentence(keyId: string): string {
  return (
    `The key "${keyId}" in BOBBIN_ENCRYPTION_KEYS opens none of the rows that were sealed under its id: its bytes are wrong. ` +
    'Set the right ones; if they are lost, put a new key with another id in its place, and what it sealed has to be entered anew.'
  )
}
