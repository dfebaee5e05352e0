import type { CheckPhase } from '@bobbin/shared/check'
import { sql } from 'kysely'
import { randomId } from '@bobbin/shared/random-id'
import type { EventLog } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { createTurns, type TakeTurn } from '../../store/fair-turns.ts'
import { checkTopic, type CheckJob } from './check-job.ts'

/** A job in this worker's hands. `lease` fences: who does not have it any more cannot write. */
export type LeasedJob = CheckJob & { lease: string }

/** The job is no longer ours: its lease ran out, or it was ended from elsewhere. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

export interface ClaimParts {
  readonly database: Database
  readonly events: Pick<EventLog, 'append'>
  readonly now: () => number
}

const isOpen = sql<boolean>`status in ('queued', 'running')`
/** Open, and not put off until later. */
const isDue = (at: number) =>
  sql<boolean>`(status = 'queued' or (status = 'running' and lease_until <= ${at}))`

/** Whose check is next. */
export const createCheckTurns = (mostPerAccount: number): TakeTurn =>
  createTurns({
    table: 'check_job',
    isOpen,
    isDue,
    isHeld: (at) => sql`status = 'running' and lease is not null and lease_until > ${at}`,
    mostPerAccount,
  })

/**
 * Takes the oldest check of the account whose turn it is, of those that wait or whose worker has gone; null
 * when there is none. It starts over, and drops what an earlier attempt found.
 */
export function claimJob(
  { database, events, now }: ClaimParts,
  takeTurn: TakeTurn,
  free: number,
  leaseTime: number,
): Promise<LeasedJob | null> {
  return database.write(async (tx) => {
    const at = now()
    const lease = randomId()
    const job = await takeTurn(tx, at, free, async (accountId) => {
      const { rows } = await sql<CheckJob>`
        update check_job set status = 'running', lease = ${lease}, lease_until = ${at + leaseTime},
          attempt = attempt + 1, phase = 'connecting', stream_count = 0, started_at = coalesce(started_at, ${at})
        where name = (
          select name from check_job where account_id = ${accountId} and ${isOpen} and ${isDue(at)}
          order by created_at, name limit 1
        ) and ${isDue(at)}
        returning *`.execute(tx.db)
      return rows[0] ?? null
    })
    if (!job) return null
    await events.append(tx, checkTopic(job.name), 'phase', { phase: 'connecting' })
    return { ...job, lease }
  })
}

/** Writes to the job only while the lease holds, and renews it. Throws `LeaseLostError`. */
export async function writeFenced(
  tx: Transaction,
  job: LeasedJob,
  values: { lease_until: number; stream_count?: number; phase?: CheckPhase },
): Promise<void> {
  const { numUpdatedRows } = await tx.db
    .updateTable('check_job')
    .set(values)
    .where('name', '=', job.name)
    .where('account_id', '=', job.account_id)
    .where('lease', '=', job.lease)
    .where('status', '=', 'running')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new LeaseLostError()
}

/**
 * Gives the job back unfinished, so that another worker may take it in its turn: at once, or at a time to come (it has
 * a lease until then, and nobody holds it). The attempt does not count; `deaths` of connector processes do.
 */
export function releaseJob(
  { database, events }: Pick<ClaimParts, 'database' | 'events'>,
  job: LeasedJob,
  { deaths = 0, until = null }: { deaths?: number; until?: number | null } = {},
): Promise<void> {
  return database.write(async (tx) => {
    const { numUpdatedRows } = await tx.db
      .updateTable('check_job')
      .set((eb) => ({
        status: until === null ? 'queued' : 'running',
        lease: null,
        lease_until: until,
        phase: 'queued',
        attempt: eb('attempt', '-', 1),
        deaths: eb('deaths', '+', deaths),
      }))
      .where('name', '=', job.name)
      .where('account_id', '=', job.account_id)
      .where('lease', '=', job.lease)
      .where('status', '=', 'running')
      .executeTakeFirst()
    if (numUpdatedRows > 0n) await events.append(tx, checkTopic(job.name), 'phase', { phase: 'queued' })
  })
}

/** Where one process has the store to itself, every lease at its start is a dead process's. */
export function voidLeases(database: Database, now: () => number): Promise<void> {
  return database.write(async ({ db }) => {
    await db
      .updateTable('check_job')
      .set({ lease_until: now() })
      .where('status', '=', 'running')
      .where('lease_until', '>', now())
      .execute()
  })
}
