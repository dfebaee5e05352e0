import { describeUnknown } from '../../ground/describe-unknown.ts'
import type { Logger } from 'pino'
import type { EventLog } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { createJobQueue } from '../../store/job-queue.ts'
import { forgetUnpublished } from '../streams/streams.ts'
import { claimJob, createCheckTurns, voidLeases, type LeasedJob } from './check-lease.ts'
import type { RunCheck } from './run-check.ts'

/** The worker that runs checks, one per process. */
export interface CheckRunner {
  start(): void
  /** Gives back what it runs and resolves when nothing is left running. */
  stop(): Promise<void>
  /** There may be something to do. Without it the runner looks by itself now and then. */
  wake(): void
}

export interface CheckRunnerOptions {
  readonly database: Database
  readonly events: Pick<EventLog, 'append'>
  readonly runCheck: RunCheck
  readonly now: () => number
  readonly log: Logger
  /** How long a check that says nothing of itself stays in one process's hands, in milliseconds. */
  readonly lease: number
  /** How many checks run at once: in this process, and of one account in all processes. */
  readonly slots: { readonly atOnce: number; readonly perAccount: number }
  /**
   * Whether to take running checks at once when it starts, because no other process can be alive that has
   * them. True for a store of one process, as SQLite is.
   */
  readonly ownsStore?: boolean
}

/** Milliseconds between two looks for checks of processes that have gone. */
const lookInterval = 2_000

export function createCheckRunner(options: CheckRunnerOptions): CheckRunner {
  const { database, events, runCheck, now, log, lease, slots, ownsStore = true } = options
  const turns = createCheckTurns(slots.perAccount)
  const queue = createJobQueue<LeasedJob>({
    mostAtOnce: slots.atOnce,
    lookInterval,
    prepare: () => prepare(database, now, ownsStore),
    claim: (free) => claimJob({ database, events, now }, turns, free, lease),
    run: (job, shutdown) =>
      runCheck(job, shutdown)
        .then(() => forgetFound(database, job))
        .catch((error: unknown) => {
          log.error({ check: job.name, error: describeUnknown(error) }, 'a check could not be run')
        }),
    failed: (error, what) =>
      log.error({ error: describeUnknown(error) }, `the queue of checks cannot be ${what}`),
  })

  return {
    start: queue.start,
    wake: queue.wake,
    stop: () => queue.stop(0),
  }
}

async function prepare(database: Database, now: () => number, ownsStore: boolean): Promise<void> {
  if (ownsStore) await voidLeases(database, now)
  // Rows of checks that ended just before their process did.
  await database.write(async ({ db }) => {
    await db
      .deleteFrom('found_stream')
      .where('check_name', 'in', (eb) =>
        eb.selectFrom('check_job').select('name').where('status', 'in', ['succeeded', 'failed']),
      )
      .execute()
  })
}

const rowsPerDelete = 500

/** What was found is in the streams now, or came to nothing. In small bites, because others want to write as well. */
async function forgetFound(database: Database, job: LeasedJob): Promise<void> {
  while (await database.write(({ db }) => forgetChanged(db, job)));
  while (await database.write(({ db }) => forgetNew(db, job)));
}

async function forgetChanged(db: Transaction['db'], { name, lease }: LeasedJob): Promise<boolean> {
  const ofJob = db
    .selectFrom('found_stream')
    .select((eb) => eb.fn.min('position').as('first'))
    .where('check_name', '=', name)
    .where('lease', '=', lease)
  const { first } = await ofJob.executeTakeFirstOrThrow()
  if (first === null) return false
  await db
    .deleteFrom('found_stream')
    .where('check_name', '=', name)
    .where('lease', '=', lease)
    .where('position', '<', first + rowsPerDelete)
    .execute()
  return true
}

/** Whoever is to do the check again forgets it by itself, and may have found more by now. */
async function forgetNew(
  db: Transaction['db'],
  { account_id: accountId, source_id: sourceId }: LeasedJob,
): Promise<boolean> {
  const open = await db
    .selectFrom('check_job')
    .select('name')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return !open && forgetUnpublished(db, accountId, sourceId)
}
