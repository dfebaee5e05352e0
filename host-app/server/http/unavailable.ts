import { SealError } from '../credentials/seal.ts'
import { StorageError } from '../storage/storage-error.ts'

/** Why nobody can be served now, whoever asks. The caller reads the reason, the operator the message. */
export interface Outage {
  readonly reason: 'storage' | 'key'
  /** The same words at all times, for logs. */
  readonly fault: string
  readonly message: string
}

/** What only the operator can mend: the store cannot be used, or a key for what is sealed in it is missing or wrong. */
export function outageOf(error: unknown): Outage | null {
  if (error instanceof StorageError) {
    return { reason: 'storage', fault: error.code, message: `the store cannot be used: ${error.message}` }
  }
  if (error instanceof SealError && (error.reason === 'wrong_key' || error.reason === 'unknown_key')) {
    return { reason: 'key', fault: error.reason, message: error.message }
  }
  return null
}
