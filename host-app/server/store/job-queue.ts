import { AsyncLocalStorage } from 'node:async_hooks'
import { inRequest } from '../ground/request-context.ts'

/** What a queue of durable jobs needs to know of them. */
export interface JobQueueOptions<Job> {
  /** Jobs at once. */
  readonly mostAtOnce: number
  /** Milliseconds between two looks without a wake: for jobs of processes that have gone, or that became due. */
  readonly lookInterval: number
  /** Done once, before the first claim. */
  prepare(): Promise<void>
  /** Takes the next job that is due, under a lease; null when there is none. `free`: places that are left for it. */
  claim(free: number): Promise<Job | null>
  /** Does the job, or gives it back where the signal says that the time for it is over. It settles its own failures. */
  run(job: Job, signal: AbortSignal): Promise<void>
  /** The store did not answer; the next look tries again. */
  failed(error: unknown, what: 'read' | 'prepared'): void
}

/** Claims jobs and runs them side by side, as many as may be; the rows are the truth, this only works them. */
export interface JobQueue {
  start(): void
  /** There may be something to do. */
  wake(): void
  /** Claims nothing more, gives what runs so many milliseconds to come to its end, and resolves when nothing runs. */
  stop(grace: number): Promise<void>
}

export function createJobQueue<Job extends { request_id: string | null }>(
  options: JobQueueOptions<Job>,
): JobQueue {
  const { mostAtOnce, lookInterval, prepare, claim, run, failed } = options
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let claiming: Promise<void> | null = null
  let isWoken = false
  const closing = new AbortController()
  const cutShort = new AbortController()
  // Who wakes the queue did not ask for all that is in it.
  const outside = AsyncLocalStorage.snapshot()

  function wake(): void {
    if (timer === null || closing.signal.aborted) return
    isWoken = true
    claiming ??= outside(claimAll).finally(() => {
      claiming = null
      if (isWoken && running.size < mostAtOnce) wake()
    })
  }

  async function claimAll(): Promise<void> {
    try {
      while (running.size < mostAtOnce && !closing.signal.aborted) {
        isWoken = false
        const job = await claim(mostAtOnce - running.size)
        if (!job) return
        begin(job)
      }
    } catch (error) {
      isWoken = false
      failed(error, 'read')
    }
  }

  function begin(job: Job): void {
    const one = inRequest(job.request_id, () => run(job, cutShort.signal)).finally(() => {
      running.delete(one)
      wake()
    })
    running.add(one)
  }

  return {
    wake,
    start() {
      if (timer !== null) return
      timer = setInterval(wake, lookInterval)
      claiming = prepare()
        .catch((error: unknown) => failed(error, 'prepared'))
        .finally(() => {
          claiming = null
          wake()
        })
    },
    async stop(grace) {
      closing.abort()
      if (timer !== null) clearInterval(timer)
      const patience = setTimeout(() => cutShort.abort(), grace)
      // The last claim may bring one more.
      await claiming
      await Promise.all(running)
      clearTimeout(patience)
    },
  }
}
