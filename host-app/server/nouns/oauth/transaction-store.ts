import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Database, Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'

/** One trip to the provider. Found by its state alone: that is the 256-bit secret which it is bound to. */
export type TransactionRow = Selectable<Tables['oauth_transaction']>

/** A trip that is over is kept this long, so that a late callback still finds its way to the wizard. */
const keptFor = 86_400_000

export function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}

/** What a new trip has not yet. */
const untouched = {
  taken_at: null,
  ended_at: null,
  missed_at: null,
  parked: null,
  parked_id: null,
  parked_until: null,
}

/** Stores a new trip, and forgets the account's old ones. */
export async function insertTransaction(
  tx: Transaction,
  row: Omit<TransactionRow, keyof typeof untouched>,
): Promise<void> {
  await tx.db
    .deleteFrom('oauth_transaction')
    .where('account_id', '=', row.account_id)
    .where('expires_at', '<', row.created_at - keptFor)
    .execute()
  await tx.db
    .insertInto('oauth_transaction')
    .values({ ...row, ...untouched })
    .execute()
}

export async function findTransactionRow(db: Reader, stateHash: string): Promise<TransactionRow | null> {
  const row = await db
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .executeTakeFirst()
  return row ?? null
}

/** The trip that an answer was parked with under this id. */
export async function findParkedRow(db: Reader, idHash: string): Promise<TransactionRow | null> {
  const row = await db
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('parked_id', '=', idHash)
    .executeTakeFirst()
  return row ?? null
}

/** The trips of these flows to this provider that may still be answered, newest first. */
export async function findTripsUnderWay(
  db: Reader,
  { flowIds, slug, now }: { flowIds: readonly string[]; slug: string; now: number },
): Promise<TransactionRow[]> {
  if (flowIds.length === 0) return []
  return await db
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('flow_id', 'in', flowIds)
    .where('slug', '=', slug)
    .where('taken_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute()
}

/** Marks the trips from which nobody came back in time, a few at once; each comes up once. */
export async function takeMissed(tx: Transaction, now: number): Promise<TransactionRow[]> {
  const missed = await tx.db
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('taken_at', 'is', null)
    .where('missed_at', 'is', null)
    .where('expires_at', '<=', now)
    .limit(100)
    .execute()
  for (const { state_hash: stateHash } of missed) {
    await tx.db
      .updateTable('oauth_transaction')
      .set({ missed_at: now })
      .where('state_hash', '=', stateHash)
      .execute()
  }
  return missed
}

/** Notes that the end of the trip is told. False when it was before: then nothing may be told again. */
export async function endTransaction(tx: Transaction, stateHash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('oauth_transaction')
    .set({ ended_at: now })
    .where('state_hash', '=', stateHash)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
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
      .set({ taken_at: now, parked: null })
      .where('state_hash', '=', stateHash)
      .where('taken_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 0n ? { ...row, taken_at: now } : row
  })
}
