import { checkPhases, type CheckPhase } from '@bobbin/shared/check'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { EventLog } from '../events/events.ts'
import type { Database } from '../../store/database.ts'
import { type FoundStream, type StreamFacts, foundStream } from '../streams/streams.ts'
import { checkTopic } from './check-job.ts'
import { writeFenced, type LeasedJob } from './check-lease.ts'

/** What a check has to say while it runs. Written in batches, each one transaction under the lease. */
export interface CheckProgress {
  phase(phase: CheckPhase): void
  log(line: string): void
  /** Resolves when there is room for the next. A stream whose id was there before is left out. */
  add(stream: DiscoveredStream): Promise<void>
  /** Forgets the streams that were added: they are going to be read again. */
  startOver(): Promise<void>
  /** Writes what waits. Throws `LeaseLostError`. */
  flush(): Promise<void>
  /** How far it has come. */
  readonly reached: CheckPhase
  /** Of all streams added, by position. */
  readonly facts: readonly StreamFacts[]
  /** No batch is written any more. */
  stop(): void
}

export interface ProgressOptions {
  database: Database
  events: EventLog
  job: LeasedJob
  now: () => number
  /** Milliseconds that the lease holds after each write. */
  leaseTime: number
  scrub: (text: string) => string
  /** A batch could not be written. */
  onError: (error: unknown) => void
}

/** Streams, and characters of them, that are written at once: each batch waits for the disk once. */
const batchSize = 500
const batchCharacters = 1_000_000
/** Milliseconds that news waits at most. */
const flushInterval = 200
const mostLines = 500
const longestLine = 500

export function createCheckProgress(options: ProgressOptions): CheckProgress {
  const { database, events, job, now, leaseTime, scrub, onError } = options
  const facts: StreamFacts[] = []
  const seen = new Set<string>()
  let rows: (FoundStream & { position: number })[] = []
  let characters = 0
  let news: { type: 'phase' | 'log'; data: object }[] = []
  let writing = Promise.resolve()
  // Connecting: that was told when the check was taken up.
  let reached: CheckPhase = 'connecting'
  let lines = 0

  function flush(): Promise<void> {
    writing = writing.then(writeBatch)
    return writing
  }

  async function writeBatch(): Promise<void> {
    if (rows.length === 0 && news.length === 0) return
    const batch = { rows, news, phase: reached, count: facts.length }
    rows = []
    characters = 0
    news = []
    await database.write(async (tx) => {
      const { phase, count: stream_count } = batch
      await writeFenced(tx, job, { lease_until: now() + leaseTime, phase, stream_count })
      const topic = checkTopic(job.name)
      for (const { type, data } of batch.news) await events.append(tx, topic, type, data)
      if (batch.rows.length === 0) return
      await tx.db
        .insertInto('found_stream')
        .values(batch.rows.map((row) => ({ ...row, check_name: job.name, lease: job.lease })))
        .execute()
      await events.append(tx, topic, 'streams', { count: batch.count })
    })
  }

  const timer = setInterval(() => {
    flush().catch(onError)
  }, flushInterval)

  return {
    get reached() {
      return reached
    },
    facts,
    flush,
    phase(phase) {
      if (checkPhases.indexOf(phase) <= checkPhases.indexOf(reached)) return
      reached = phase
      news.push({ type: 'phase', data: { phase } })
    },
    log(line) {
      lines += 1
      if (lines > mostLines) return
      news.push({ type: 'log', data: { line: scrub(line).slice(0, longestLine) } })
    },
    async add(stream) {
      if (seen.has(stream.tap_stream_id)) return
      seen.add(stream.tap_stream_id)
      const { row, facts: itsFacts } = foundStream(stream)
      rows.push({ ...row, position: facts.length })
      facts.push(itsFacts)
      characters += row.schema.length + row.metadata.length
      if (rows.length >= batchSize || characters >= batchCharacters) await flush()
    },
    async startOver() {
      await flush()
      if (facts.length === 0) return
      facts.length = 0
      seen.clear()
      await database.write(async (tx) => {
        await writeFenced(tx, job, { lease_until: now() + leaseTime, stream_count: 0 })
        await tx.db
          .deleteFrom('found_stream')
          .where('check_name', '=', job.name)
          .where('lease', '=', job.lease)
          .execute()
      })
    },
    stop: () => clearInterval(timer),
  }
}
