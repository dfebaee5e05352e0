import { setTimeout as delay } from 'node:timers/promises'
import { claimDelivery, voidLeases, type LeasedDelivery } from './delivery-lease.ts'
import { deliveriesTopic } from './delivery-queue.ts'
import { ordinaryAnswerTime, runDelivery, type RunParts } from './run-delivery.ts'

/** The worker that brings events to webhooks, one per process; any number of processes may have one. */
export interface DeliveryWorker {
  start(): void
  /** Lets what is under way come to its end for a moment, gives back the rest, and resolves. */
  stop(): Promise<void>
  /** There may be something to do. Without it the worker looks by itself now and then. */
  wake(): void
}

export interface DeliveryWorkerOptions extends RunParts {
  /** Whether no other process can be alive that has deliveries of this store. */
  readonly ownsStore?: boolean
  /** Milliseconds that a stop waits for answers. */
  readonly grace?: number
}

/** Deliveries at once: they wait for other people's servers most of the time. */
const mostAtOnce = 64
/** Milliseconds between two looks for what has become due. */
const lookInterval = 1_000
/** How much longer than an attempt a worker may hold a delivery. */
const leaseMargin = 15_000

export function createDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { database, events, now, log, answerTime = ordinaryAnswerTime } = options
  const { ownsStore = true, grace = 2_000 } = options
  const stopping = new AbortController()
  const cutShort = new AbortController()
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let stopWatching = () => {}
  let claiming: Promise<void> | null = null
  let isWoken = false

  function wake(): void {
    if (timer === null || stopping.signal.aborted) return
    isWoken = true
    claiming ??= claimAll().finally(() => {
      claiming = null
      if (isWoken && running.size < mostAtOnce) wake()
    })
  }

  async function claimAll(): Promise<void> {
    try {
      while (running.size < mostAtOnce && !stopping.signal.aborted) {
        isWoken = false
        const delivery = await claimDelivery(database, now, answerTime + leaseMargin)
        if (!delivery) return
        begin(delivery)
      }
    } catch (error) {
      isWoken = false
      log.error({ err: error }, 'the queue of deliveries cannot be read')
    }
  }

  function begin(delivery: LeasedDelivery): void {
    const run = runDelivery(options, delivery, cutShort.signal)
      // The lease ends by itself, so it will be tried again.
      .catch((error: unknown) => log.error({ err: error, delivery: delivery.id }, 'a delivery broke off'))
      .finally(() => {
        running.delete(run)
        wake()
      })
    running.add(run)
  }

  return {
    wake,
    start() {
      if (timer !== null) return
      timer = setInterval(wake, lookInterval)
      stopWatching = events.watch(deliveriesTopic, wake)
      claiming = (ownsStore ? voidLeases(database, now) : Promise.resolve())
        .catch((error: unknown) => log.error({ err: error }, 'the queue of deliveries cannot be prepared'))
        .finally(() => {
          claiming = null
          wake()
        })
    },
    async stop() {
      stopping.abort()
      if (timer !== null) clearInterval(timer)
      stopWatching()
      await claiming
      const isOver = new AbortController()
      const allEnded = Promise.all(running).finally(() => isOver.abort())
      await delay(grace, undefined, { signal: isOver.signal }).catch(() => {})
      cutShort.abort()
      await allEnded
    },
  }
}
