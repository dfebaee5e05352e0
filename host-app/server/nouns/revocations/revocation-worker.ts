import type { Logger } from 'pino'
import type { Database } from '../../store/database.ts'
import { createJobQueue } from '../../store/job-queue.ts'
import {
  type LeasedGivenUp,
  claimGivenUp,
  createGivenUpTurns,
  voidGivenUpLeases,
} from '../credentials/credentials.ts'
import type { RunRevocation } from './run-revocation.ts'

/** The worker that has grants ended which were given up, one per process; any number of processes may have one. */
export interface RevocationWorker {
  start(): void
  /** Lets what is under way come to its end for a moment, gives back the rest, and resolves. */
  stop(): Promise<void>
}

interface RevocationWorkerOptions {
  readonly database: Database
  readonly run: RunRevocation
  readonly now: () => number
  readonly log: Pick<Logger, 'error'>
  /** Whether no other process can be alive that has grants of this store in hand. */
  readonly ownsStore?: boolean
  /** Milliseconds that a stop waits for answers. */
  readonly grace?: number
}

/** At once: they wait for other people's servers. */
const mostAtOnce = 8
const mostPerAccount = 4
/** Milliseconds between two looks for what was given up, or has become due. */
const lookInterval = 1_000
/** How long a worker may hold a grant, in milliseconds: longer than a clean-up, renewals and a revocation take. */
const leaseTime = 90_000

export function createRevocationWorker(options: RevocationWorkerOptions): RevocationWorker {
  const { database, run, now, log, ownsStore = true, grace = 2_000 } = options
  const turns = createGivenUpTurns(mostPerAccount)
  const queue = createJobQueue<LeasedGivenUp>({
    mostAtOnce,
    lookInterval,
    prepare: async () => {
      if (ownsStore) await voidGivenUpLeases(database, now)
    },
    claim: (free) => claimGivenUp({ database, now }, turns, free, leaseTime),
    run: (grant, cutShort) =>
      run(grant, cutShort)
        // The lease ends by itself, so it will be tried again.
        .catch((error: unknown) => log.error({ err: error, grant: grant.id }, 'a revocation broke off')),
    failed: (error, what) => log.error({ err: error }, `the queue of revocations cannot be ${what}`),
  })

  return {
    start: queue.start,
    stop: () => queue.stop(grace),
  }
}
