import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../store/database.ts'
import { keyIdOf, SealError, type KeyRing } from './seal.ts'
import type { SealedColumn, SealedRow } from './sealed-column.ts'

/** Where a rotation stands. Counts rows. */
export interface RotationProgress {
  /** `table.column` that is being walked. */
  readonly column: string
  readonly resealed: number
  readonly unopened: number
}

export interface RotationResult {
  readonly resealed: number
  /** Rows that do not open, so they stay as they are; the first of them in words. */
  readonly unopened: readonly UnopenedRow[]
  readonly unopenedCount: number
  /** Whether there is nothing left to do: false after a stop, or while a server still seals with another key. */
  readonly isComplete: boolean
}

interface UnopenedRow {
  readonly column: string
  readonly keyId: string | null
  readonly reason: SealError['reason']
}

/** Rows of one transaction: it holds the store's only write lock, so it is short. */
const batchSize = 50
/** Walks at most: a row that a server changed meanwhile is met again on the next one. */
const mostWalks = 5
const mostUnopenedTold = 20

/**
 * Seals anew, with the ring's first key, what stands under another one, while servers run and write. What
 * must hold: a row is replaced only where it still holds the envelope that was read, so nobody's write is
 * lost; every batch is whole, so the rotation may be stopped or killed at any point and begun again.
 */
export async function rotateKeys({
  database,
  keyRing,
  columns,
  now,
  signal,
  onProgress = () => {},
}: {
  database: Database
  keyRing: KeyRing
  columns: readonly SealedColumn[]
  now: () => number
  signal: AbortSignal
  onProgress?: (progress: RotationProgress) => void
}): Promise<RotationResult> {
  let resealed = 0
  let unopened: UnopenedRow[] = []

  /** Whether every row was either replaced or cannot be opened. */
  async function walkColumn(column: SealedColumn): Promise<boolean> {
    let isWhole = true
    for (let after: SealedRow | null = null; ;) {
      if (signal.aborted) return false
      const options = { notUnder: [keyRing.sealingKeyId], after, limit: batchSize, now: now() }
      const rows: SealedRow[] = await column.walk(database.read, options)
      after = rows.at(-1) ?? null
      if (!after) return isWhole
      const begun = performance.now()
      const batch = rows.flatMap((row) => sealAnew(column, row))
      const replaced = await database.write(async (tx) => {
        let count = 0
        for (const { row, sealed } of batch) count += Number(await column.replace(tx, row, sealed))
        return count
      })
      resealed += replaced
      if (replaced < batch.length) isWhole = false
      onProgress({ column: column.name, resealed, unopened: unopened.length })
      // As long as the lock was held, and a bit: the servers' writes come first.
      await delay(performance.now() - begun + 1)
    }
  }

  function sealAnew(column: SealedColumn, row: SealedRow): { row: SealedRow; sealed: string }[] {
    try {
      return [{ row, sealed: keyRing.seal(keyRing.open(row.sealed, row.context), row.context) }]
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      unopened.push({ column: column.name, keyId: keyIdOf(row.sealed), reason: error.reason })
      return []
    }
  }

  let isComplete = false
  for (let walk = 0; walk < mostWalks && !isComplete && !signal.aborted; walk += 1) {
    unopened = []
    isComplete = true
    for (const column of columns) {
      // A row may have come to stand behind the walker: only a walk that replaced nothing proves the end.
      const before = resealed
      if (!(await walkColumn(column)) || resealed > before) isComplete = false
    }
  }
  return {
    resealed,
    unopened: unopened.slice(0, mostUnopenedTold),
    unopenedCount: unopened.length,
    isComplete,
  }
}
