import type { Logger } from 'pino'
import { createJobQueue } from '../../store/job-queue.ts'
import type { DueGrant } from '../credentials/credentials.ts'
import type { RenewDue } from './renew-due.ts'

/** The worker that renews what nobody asks for; any number of processes may have one. */
export interface RenewalWorker {
  start(): void
  /** Lets what is under way come to its end, and resolves: an answer that nobody keeps may end its grant. */
  stop(): Promise<void>
}

interface RenewalWorkerParts {
  readonly renewDue: RenewDue
  readonly log: Pick<Logger, 'error'>
  /** How long a renewal may be in one process's hands, in milliseconds. */
  readonly lease: number
  /** Milliseconds between the beginnings of two: they are spread out, whatever has become due at once. */
  readonly spacing?: number
}

/** They wait for other people's servers. */
const mostAtOnce = 2
const usualSpacing = 3_000

export function createRenewalWorker(parts: RenewalWorkerParts): RenewalWorker {
  const { renewDue, lease, log, spacing = usualSpacing } = parts
  let lastBegun = -Infinity
  const queue = createJobQueue<DueGrant>({
    mostAtOnce,
    lookInterval: spacing,
    prepare: renewDue.prepare,
    async claim() {
      if (performance.now() - lastBegun < spacing) return null
      const due = await renewDue.claim()
      if (due) lastBegun = performance.now()
      return due
    },
    run: renewDue.renew,
    failed: (error, what) => log.error({ err: error }, `the grants to be renewed cannot be ${what}`),
  })
  return { start: queue.start, stop: () => queue.stop(lease) }
}
