import type { Database } from '../storage/database.ts'
import type { LeasedJob } from './check-lease.ts'

/** A connector process may have died for reasons of the machine; a second one did for reasons of its own. */
const mostDeaths = 2

/** Whether one more death of a connector process ends the check. */
export function isLastDeath({ deaths }: Pick<LeasedJob, 'deaths'>): boolean {
  return deaths + 1 >= mostDeaths
}

/** Gives the job back to start over in another process, and remembers why. The attempt does not count. */
export function releaseDead(database: Database, job: LeasedJob): Promise<void> {
  return database.write(async ({ db }) => {
    await db
      .updateTable('check_job')
      .set((eb) => ({
        status: 'queued',
        lease: null,
        lease_until: null,
        attempt: eb('attempt', '-', 1),
        deaths: eb('deaths', '+', 1),
      }))
      .where('name', '=', job.name)
      .where('account_id', '=', job.account_id)
      .where('lease', '=', job.lease)
      .where('status', '=', 'running')
      .execute()
  })
}
