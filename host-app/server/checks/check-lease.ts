import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import type { CheckJob } from './check-job.ts'

/** A job in this worker's hands. `lease` fences: who does not have it any more cannot write. */
export type LeasedJob = CheckJob & { lease: string }

/** The job is no longer ours: its lease ran out, or it was ended from elsewhere. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/**
 * Takes the oldest check that waits or whose worker has gone; null when there is none. It starts over, so
 * what an earlier attempt found is dropped.
 */
export function claimJob(
  database: Database,
  now: () => number,
  leaseTime: number,
): Promise<LeasedJob | null> {
  return database.write(async ({ db }) => {
    const at = now()
    const lease = randomUUID()
    const { rows } = await sql<CheckJob>`
      update check_job set status = 'running', lease = ${lease}, lease_until = ${at + leaseTime},
        attempt = attempt + 1, stream_count = 0, started_at = coalesce(started_at, ${at})
      where name = (
        select name from check_job
        where status = 'queued' or (status = 'running' and lease_until <= ${at})
        order by created_at, name limit 1
      ) and (status = 'queued' or lease_until <= ${at})
      returning *`.execute(db)
    const job = rows[0]
    if (!job) return null
    await db.deleteFrom('found_stream').where('check_name', '=', job.name).execute()
    return { ...job, lease }
  })
}

/** Writes to the job only while the lease holds, and renews it. Throws `LeaseLostError`. */
export async function writeFenced(
  tx: Transaction,
  job: LeasedJob,
  values: { lease_until: number; stream_count?: number },
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

/** Gives the job back unfinished, so that another worker may take it at once. The attempt does not count. */
export function releaseJob(database: Database, job: LeasedJob): Promise<void> {
  return database.write(async ({ db }) => {
    await db
      .updateTable('check_job')
      .set((eb) => ({ status: 'queued', lease: null, lease_until: null, attempt: eb('attempt', '-', 1) }))
      .where('name', '=', job.name)
      .where('account_id', '=', job.account_id)
      .where('lease', '=', job.lease)
      .where('status', '=', 'running')
      .execute()
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
