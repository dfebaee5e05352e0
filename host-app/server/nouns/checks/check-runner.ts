import { describeUnknown } from '../../ground/describe-unknown.ts'
import type { Logger } from 'pino'
import type { EventLog } from '../events/events.ts'
import type { Database } from '../../store/database.ts'
import { createJobQueue } from '../../store/job-queue.ts'
import { claimJob, createCheckTurns, voidLeases, type LeasedJob } from './check-lease.ts'
import { forgetEnded, forgetFound } from './forget-found.ts'
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
  await forgetEnded(database)
}
