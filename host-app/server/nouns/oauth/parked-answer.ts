import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { randomId } from '@bobbin/shared/random-id'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import type { TransactionRow } from './transaction-store.ts'

/**
 * A provider's answer that came by POST (`response_mode=form_post`), which brings no cookie. It is kept with
 * its trip, sealed and for a minute, until the browser fetches it under a one-time id: with the cookie.
 */
const lifetime = 60_000

const parameters = z.record(z.string(), z.string())

/** Parks the answer, in place of one parked before. Returns its id; null when the trip is spent. */
export async function parkAnswer(
  { keyRing, now }: { keyRing: KeyRing; now: () => number },
  tx: Transaction,
  { stateHash, accountId, sourceId }: TripKey,
  answer: Readonly<Record<string, string>>,
): Promise<string | null> {
  const id = randomId()
  const { numUpdatedRows } = await tx.db
    .updateTable('oauth_transaction')
    .set({
      parked: keyRing.seal(JSON.stringify(answer), sealContext({ stateHash, accountId, sourceId })),
      parked_id: hashId(id),
      parked_until: now() + lifetime,
    })
    .where('state_hash', '=', stateHash)
    .where('taken_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 0n ? null : id
}

export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

/** What was parked with the trip; null when nothing was, when it was used, and when it is too old. */
export function openParked(
  { keyRing, now }: { keyRing: KeyRing; now: () => number },
  trip: TransactionRow,
): Record<string, string> | null {
  if (trip.parked === null || trip.parked_until === null || trip.parked_until <= now()) return null
  return parameters.parse(JSON.parse(keyRing.open(trip.parked, rowContext(trip))))
}

interface TripKey {
  readonly stateHash: string
  readonly accountId: number
  readonly sourceId: number
}

function sealContext({ stateHash, accountId, sourceId }: TripKey): SealContext {
  return ['parked_answer', accountId, sourceId, stateHash]
}

function rowContext(row: Pick<TransactionRow, 'state_hash' | 'account_id' | 'source_id'>): SealContext {
  return sealContext({ stateHash: row.state_hash, accountId: row.account_id, sourceId: row.source_id })
}

export const sealedAnswers = sealedColumn({
  table: 'oauth_transaction',
  column: 'parked',
  columns: ['state_hash', 'account_id', 'source_id'],
  contextOf: rowContext,
  isAlive: (now) => sql`parked is not null and parked_until > ${now}`,
})
