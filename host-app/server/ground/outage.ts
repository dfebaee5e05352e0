import { ConnectorsUnavailable } from '../edges/connector-process/connector-runner.ts'
import { SealError } from '../nouns/credentials/seal.ts'
import { StorageError } from '../store/storage-error.ts'

export const outageReasons = ['storage', 'key', 'connectors'] as const

/** Why nobody can be served now, whoever asks. The caller reads the reason, the operator the message. */
export interface Outage {
  readonly reason: (typeof outageReasons)[number]
  /** The same words at all times, for logs. */
  readonly fault: string
  readonly message: string
}

/**
 * What only the operator can mend: the store cannot be used, a key for what is sealed in it is missing or wrong, or the
 * connector processes cannot be started.
 */
export function outageOf(error: unknown): Outage | null {
  if (error instanceof StorageError) {
    return { reason: 'storage', fault: error.code, message: `the store cannot be used: ${error.message}` }
  }
  if (error instanceof SealError && (error.reason === 'wrong_key' || error.reason === 'unknown_key')) {
    return { reason: 'key', fault: error.reason, message: error.message }
  }
  if (error instanceof ConnectorsUnavailable) {
    return { reason: 'connectors', fault: 'not_started', message: error.message }
  }
  return null
}
