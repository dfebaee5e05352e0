import type { Kysely, Transaction as KyselyTransaction } from 'kysely'
import type { StorageError } from './storage-error.ts'
import type { Tables } from './tables.ts'

export type Reader = Kysely<Tables>

/**
 * One unit of writing, in the async context of who asked for it. It reads and writes through `db` alone, and
 * waits for nothing else. Its work may run twice, the first time for nothing: what is to be done outside of
 * the store goes through `afterCommit`.
 */
export interface Transaction {
  readonly db: Kysely<Tables> | KyselyTransaction<Tables>
  /** Runs once the write is durable; not at all if it was rolled back. */
  afterCommit(task: () => void): void
  /** Says that something was changed of which more is derived: see `Database.derive`. */
  touch(source: SourceKey): void
  /** What `find` gives of this name: found once in this write, and anew when the source was touched. */
  derived<Value>(source: SourceKey, name: string, find: () => Promise<Value>): Promise<Value>
  /** Derives now what is due, for who tells of something that comes after it. At the end of the write it is done anyway. */
  settle(): Promise<void>
}

export interface SourceKey {
  readonly accountId: number
  readonly sourceId: number
}

/**
 * What storage must do. `write` resolves only when the work is on disk; work that throws leaves nothing
 * behind. Every statement about an account's rows names the account. Inside of a write, `read` and `write` throw.
 */
export interface Database {
  readonly read: Reader
  write<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /** What is derived of sources: done in each write that touched some, at its end, once for each. One per store. */
  derive(derivation: (tx: Transaction, source: SourceKey) => Promise<void>): void
  /** The last write that failed for the store's own reasons, by the clock of `performance`; null when none did. */
  lastFault(): { readonly error: StorageError; readonly at: number } | null
  close(): Promise<void>
}
