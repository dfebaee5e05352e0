import type { Kysely, Transaction as KyselyTransaction } from 'kysely'
import type { Tables } from './tables.ts'

export type Reader = Kysely<Tables>

/** One unit of writing, in the async context of who asked for it. It may read what it wrote; it must not wait for anything but the database. */
export interface Transaction {
  readonly db: Kysely<Tables> | KyselyTransaction<Tables>
  /** Runs once the write is durable; not at all if it was rolled back. */
  afterCommit(task: () => void): void
}

/**
 * What storage must do. `write` resolves only when the work is on disk; work that throws leaves nothing
 * behind. Every statement about an account's rows names the account.
 */
export interface Database {
  readonly read: Reader
  write<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}
