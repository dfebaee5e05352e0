import type { Logger } from 'pino'
import type { EventLog } from '../events/events.ts'
import type { Database } from '../../store/database.ts'
import { createJobQueue } from '../../store/job-queue.ts'
import { claimDelivery, createDeliveryTurns, voidLeases, type LeasedDelivery } from './delivery-lease.ts'
import { deliveriesTopic } from './delivery-queue.ts'
import type { RunDelivery } from './run-delivery.ts'
import { ordinaryAnswerTime } from './send-delivery.ts'

/** The worker that brings events to webhooks, one per process; any number of processes may have one. */
export interface DeliveryWorker {
  start(): void
  /** Lets what is under way come to its end for a moment, gives back the rest, and resolves. */
  stop(): Promise<void>
  /** There may be something to do. Without it the worker looks by itself now and then. */
  wake(): void
}

export interface DeliveryWorkerOptions {
  readonly database: Database
  readonly events: Pick<EventLog, 'watch'>
  readonly runDelivery: RunDelivery
  readonly now: () => number
  readonly log: Pick<Logger, 'error'>
  /** Whether no other process can be alive that has deliveries of this store. */
  readonly ownsStore?: boolean
  /** Milliseconds that a stop waits for answers. */
  readonly grace?: number
}

/** Deliveries at once: they wait for other people's servers most of the time. */
const mostAtOnce = 64
/** Milliseconds between two looks for what has become due. */
const lookInterval = 1_000
/** How long a worker may hold a delivery, in milliseconds: longer than an attempt takes. */
const leaseTime = ordinaryAnswerTime + 15_000

export function createDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { database, events, runDelivery, now, log, ownsStore = true, grace = 2_000 } = options
  const turns = createDeliveryTurns()
  let stopWatching = () => {}
  const queue = createJobQueue<LeasedDelivery>({
    mostAtOnce,
    lookInterval,
    prepare: async () => {
      if (ownsStore) await voidLeases(database, now)
    },
    claim: (free) => claimDelivery({ database, now }, turns, free, leaseTime),
    run: (delivery, cutShort) =>
      runDelivery(delivery, cutShort)
        // The lease ends by itself, so it will be tried again.
        .catch((error: unknown) => log.error({ err: error, delivery: delivery.id }, 'a delivery broke off')),
    failed: (error, what) => log.error({ err: error }, `the queue of deliveries cannot be ${what}`),
  })

  return {
    wake: queue.wake,
    start() {
      queue.start()
      stopWatching()
      stopWatching = events.watch(deliveriesTopic, queue.wake)
    },
    async stop() {
      stopWatching()
      await queue.stop(grace)
    },
  }
}
