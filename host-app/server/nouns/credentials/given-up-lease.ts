import { sql } from 'kysely'
import { randomId } from '@bobbin/shared/random-id'
import type { Database, Transaction } from '../../store/database.ts'
import { createTurns, type TakeTurn } from '../../store/fair-turns.ts'
import type { GivenUpRow } from './given-up-grants.ts'

/** A given up grant in this worker's hands. `lease` fences: who does not have it any more cannot write. */
export type LeasedGivenUp = GivenUpRow & { lease: string }

/** Whose grant is next. A lease that has ended is due as well. */
export const createGivenUpTurns = (mostPerAccount: number): TakeTurn =>
  createTurns({
    table: 'given_up_grant',
    isOpen: sql`due_at is not null`,
    isDue: (at) => sql`due_at <= ${at}`,
    isHeld: (at) => sql`lease is not null and due_at > ${at}`,
    mostPerAccount,
  })

/** Takes the grant that has been due for longest, of the account whose turn it is; null when there is none. */
export function claimGivenUp(
  { database, now }: { database: Database; now: () => number },
  takeTurn: TakeTurn,
  free: number,
  leaseTime: number,
): Promise<LeasedGivenUp | null> {
  return database.write((tx) => {
    const at = now()
    const lease = randomId()
    return takeTurn(tx, at, free, async (accountId) => {
      const row = await tx.db
        .updateTable('given_up_grant')
        .set({ lease, due_at: at + leaseTime })
        .where('account_id', '=', accountId)
        .where('id', '=', (eb) =>
          eb
            .selectFrom('given_up_grant')
            .select('id')
            .where('account_id', '=', accountId)
            .where('due_at', '<=', at)
            .orderBy('due_at')
            .orderBy('id')
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst()
      return row ? { ...row, lease } : null
    })
  })
}

/** It is tried again. Without `isAttempt` nothing has been tried. */
export async function putOffGivenUp(
  tx: Transaction,
  { id, account_id: accountId, lease, attempts }: LeasedGivenUp,
  dueAt: number,
  isAttempt: boolean,
): Promise<void> {
  await tx.db
    .updateTable('given_up_grant')
    .set({ due_at: dueAt, lease: null, attempts: attempts + Number(isAttempt) })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('lease', '=', lease)
    .execute()
}

/** Forgets it, secrets and all. What was known of it; null when it was no longer the worker's: then nothing of it may be told. */
export async function forgetGivenUp(
  tx: Transaction,
  { id, account_id: accountId, lease }: LeasedGivenUp,
): Promise<GivenUpRow | null> {
  const row = await tx.db
    .deleteFrom('given_up_grant')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('lease', '=', lease)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** What came of the connector's clean-up, which is not tried again. False when it was no longer the worker's. */
export async function noteCleanUp(
  tx: Transaction,
  { id, account_id: accountId, lease }: LeasedGivenUp,
  end: 'done' | 'failed',
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('given_up_grant')
    .set({ clean_up: end })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('lease', '=', lease)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Where one process has the store to itself, every lease at its start is a dead process's. */
export function voidGivenUpLeases(database: Database, now: () => number): Promise<void> {
  return database.write(async ({ db }) => {
    await db
      .updateTable('given_up_grant')
      .set({ lease: null, due_at: now() })
      .where('lease', 'is not', null)
      .execute()
  })
}
