import { OperatorError } from '../../ground/operator-error.ts'
import type { Database } from '../../store/database.ts'
import { isWrong, sampleSize, tryKeys, wrongKeySentence } from './key-health.ts'
import { keyIdOf, SealError, type KeyRing } from './seal.ts'
import type { SealedColumn } from './sealed-column.ts'

/** A key that has opened nothing yet is tried on what has come meanwhile this often, in milliseconds. */
const triedEvery = 60_000

/** Keeps an eye on the keys: one with the right id and the wrong bytes shows only on what was sealed before. */
export interface KeyWatch {
  /** The ring that all use. What it opens proves its key; the failure of a key that nothing has proven is told as that. */
  readonly keyRing: KeyRing
  /** The key whose bytes are wrong, in a sentence; null while none is known. */
  fault(): Promise<SealError | null>
}

/**
 * Tries each key on a few rows before anything is sealed with it.
 *
 * @throws {OperatorError} a key that opens none of them.
 */
export async function createKeyWatch({
  database,
  keyRing: ring,
  columns,
  now,
}: {
  database: Database
  keyRing: KeyRing
  columns: readonly SealedColumn[]
  now: () => number
}): Promise<KeyWatch> {
  const proven = new Set<string>()
  const wrong = new Set<string>()
  let triedAt = now()

  const keyRing: KeyRing = {
    ...ring,
    seal(secret, context) {
      // What is sealed with it now would be lost as soon as the key is set right.
      if (wrong.has(ring.sealingKeyId)) throw wrongKey(ring.sealingKeyId)
      return ring.seal(secret, context)
    },
    open(envelope, context) {
      const keyId = keyIdOf(envelope)
      try {
        const secret = ring.open(envelope, context)
        if (keyId !== null) {
          proven.add(keyId)
          wrong.delete(keyId)
        }
        return secret
      } catch (error) {
        const isProof = error instanceof SealError && error.reason === 'not_authentic'
        if (!isProof || keyId === null || proven.has(keyId)) throw error
        wrong.add(keyId)
        throw wrongKey(keyId, error)
      }
    },
  }

  async function tryUnproven(): Promise<string | null> {
    const keyIds = ring.keyIds.filter((keyId) => !proven.has(keyId))
    const trials = await tryKeys(
      { db: database.read, keyRing, columns, now: now() },
      { keyIds, perColumn: sampleSize },
    )
    triedAt = now()
    wrong.clear()
    for (const trial of trials) if (isWrong(trial)) wrong.add(trial.keyId)
    const [first = null] = wrong
    return first
  }

  const atStart = await tryUnproven()
  if (atStart !== null) throw new OperatorError(wrongKeySentence(atStart))
  return {
    keyRing,
    async fault() {
      if (wrong.size === 0 && now() < triedAt + triedEvery) return null
      const keyId = await tryUnproven()
      return keyId === null ? null : wrongKey(keyId)
    },
  }
}

function wrongKey(keyId: string, cause?: unknown): SealError {
  return new SealError('wrong_key', wrongKeySentence(keyId), { cause })
}
