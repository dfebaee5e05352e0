import type { ColumnType, Generated } from 'kysely'
import type { Flag, Json, Millis } from './column-types.ts'

/** What happened, and who is told. */
export interface EventTables {
  /** Everything that happens, in order within a topic: a flow's relay, a check's progress, an account's feed. */
  event: {
    topic: string
    seq: number
    at: ColumnType<Millis, Millis, never>
    type: string
    data: Json
  }
  /** An endpoint of the customer's back end that is told what happens. */
  webhook: {
    id: string
    account_id: number
    url: string
    description: string | null
    /** JSON array; null: all of them. */
    event_types: Json | null
    enabled: Flag
    disabled_reason: 'gone' | 'failing' | null
    /** Since when every attempt has failed. */
    failing_since: Millis | null
    /** Its receiver wants nothing to be sent before. */
    not_before: Millis | null
    created_at: Millis
    updated_at: Millis
  }
  /** What signs a webhook's deliveries: one, or two while a rotation's overlap lasts. */
  webhook_secret: {
    webhook_id: string
    account_id: number
    /** Counts rotations; part of the envelope's authenticated data. */
    version: number
    /** The envelope made by `credentials/seal.ts`. */
    sealed: string
    /** Set by the rotation that replaced it. */
    expires_at: Millis | null
  }
  /**
   * One event on its way to one webhook, which is also the job that brings it there. The pending ones of
   * the same webhook and source stand in line, by id: only the first of them is due at some time.
   */
  webhook_delivery: {
    id: Generated<number>
    account_id: number
    webhook_id: string
    event_seq: number
    event_id: string
    event_type: string
    source_id: number | null
    /** The request that the event came of. */
    request_id: string | null
    status: 'pending' | 'delivered' | 'failed'
    /** Queued by a replay. */
    replayed: Flag
    /** When it may be taken: the next attempt, or the end of the lease of the worker that has it. */
    due_at: Millis | null
    /** Fencing token of the worker that has it. */
    lease: string | null
    /** JSON array of `deliveryAttempt`s. */
    attempts: Json
    created_at: Millis
    ended_at: Millis | null
  }
}
