import type { ReasonOf } from '@bobbin/shared/error-reasons'

/** Why nobody can be served now, whoever asks. The caller reads the reason, the operator the message. */
export interface Outage {
  readonly reason: Extract<ReasonOf<'Unavailable'>, 'storage' | 'key' | 'connectors'>
  /** The same words at all times, for logs. */
  readonly fault: string
  readonly message: string
}

/**
 * What only the operator can mend: the store cannot be used, a key for what is sealed in it is missing or wrong, or the
 * connector processes cannot be started. Each says so itself, where it appears.
 */
export abstract class OutageError extends Error {
  /** null: this one is of something else, a damaged record for example. */
  abstract readonly outage: Outage | null
}

export function outageOf(error: unknown): Outage | null {
  return error instanceof OutageError ? error.outage : null
}
