import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Database, Reader, Transaction } from '../storage/database.ts'
import type { Tables } from '../storage/tables.ts'

/** One trip to the provider. Found by its state alone: that is the 256-bit secret which it is bound to. */
export type TransactionRow = Selectable<Tables['oauth_transaction']>

/** A trip that is over is kept this long, so that a late callback still finds its way to the wizard. */
const keptFor = 86_400_000

export function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}

/** Stores a new trip, and forgets the account's old ones. */
export async function insertTransaction(tx: Transaction, row: TransactionRow): Promise<void> {
  await tx.db
    .deleteFrom('oauth_transaction')
    .where('account_id', '=', row.account_id)
    .where('expires_at', '<', row.created_at - keptFor)
    .execute()
  await tx.db.insertInto('oauth_transaction').values(row).execute()
}

export async function findTransactionRow(db: Reader, stateHash: string): Promise<TransactionRow | null> {
  const row = await db
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Spends the trip: of any number of callbacks exactly one takes it, and it stays taken whatever comes
 * after. Gives back the row as it was before; null when there is none.
 */
export async function takeTransaction(
  database: Database,
  stateHash: string,
  now: number,
): Promise<TransactionRow | null> {
  return await database.write(async (tx) => {
    const row = await findTransactionRow(tx.db, stateHash)
    if (!row || row.taken_at !== null) return row
    const { numUpdatedRows } = await tx.db
      .updateTable('oauth_transaction')
      .set({ taken_at: now })
      .where('state_hash', '=', stateHash)
      .where('taken_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 0n ? { ...row, taken_at: now } : row
  })
}
