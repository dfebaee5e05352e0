import { checkPhases, type CheckPhase } from '@bobbin/shared/check'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { EventLog } from '../events/events.ts'
import type { Database } from '../../store/database.ts'
import {
  type Discovery,
  type FoundStream,
  beginDiscovery,
  forgetUnpublished,
  foundStream,
  storeFound,
} from '../streams/streams.ts'
import { checkTopic } from './check-job.ts'
import { writeFenced, type LeasedJob } from './check-lease.ts'
import { forgetStaged } from './forget-found.ts'

/** What a check has to say while it runs. Written in batches, each one transaction under the lease. */
export interface CheckProgress {
  phase(phase: CheckPhase): void
  log(line: string): void
  /** Resolves when there is room for the next. A stream whose id was told before is left out. */
  add(stream: DiscoveredStream): Promise<void>
  /** Forgets what was stored of streams, by this attempt or one before: they are going to be read. */
  startOver(): Promise<void>
  /** Writes what waits. Throws `LeaseLostError`. */
  flush(): Promise<void>
  /** How far it has come. */
  readonly reached: CheckPhase
  /** Whether streams were added. */
  readonly hasFound: boolean
  /** All that was added, stored. */
  discovered(): Promise<Discovery>
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
const batchSize = 1_000
const batchCharacters = 2_000_000
/** Milliseconds that news waits at most. */
const flushInterval = 200
const mostLines = 500
const longestLine = 500

export function createCheckProgress(options: ProgressOptions): CheckProgress {
  const { database, events, job, now, leaseTime, scrub, onError } = options
  let discovery: Discovery | null = null
  let found: FoundStream[] = []
  let characters = 0
  let makes = new Set<object>()
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
    if (found.length === 0 && news.length === 0) return
    // Batches that are full come by themselves, and news with them.
    timer.refresh()
    const batch = { found, news, phase: reached }
    found = []
    characters = 0
    makes = new Set()
    news = []
    const stored = await database.write(async (tx) => {
      const { phase } = batch
      await writeFenced(tx, job, { lease_until: now() + leaseTime, phase })
      const topic = checkTopic(job.name)
      for (const { type, data } of batch.news) await events.append(tx, topic, type, data)
      if (batch.found.length === 0) return null
      const known = discovery ?? (await beginDiscovery(tx.db, job.account_id, job.source_id))
      const portion = await storeFound(tx, known, batch.found)
      const count = known.count + portion.count
      const { name: check_name, lease } = job
      for (const some of inChunks(portion.changed)) {
        await tx.db
          .insertInto('found_stream')
          .values(some.map((row) => ({ ...row, check_name, lease })))
          .execute()
      }
      await writeFenced(tx, job, { lease_until: now() + leaseTime, stream_count: count })
      await events.append(tx, topic, 'streams', { count })
      return { known, portion }
    })
    if (!stored) return
    discovery = stored.known
    stored.portion.keep()
  }

  const timer = setInterval(() => {
    flush().catch(onError)
  }, flushInterval)

  return {
    get reached() {
      return reached
    },
    get hasFound() {
      return discovery !== null || found.length > 0
    },
    async discovered() {
      await flush()
      discovery ??= await beginDiscovery(database.read, job.account_id, job.source_id)
      return discovery
    },
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
      const one = foundStream(stream)
      found.push(one)
      characters += one.own_entry.length
      if (!makes.has(one.make)) characters += one.make.schema.length + one.make.fields.length
      makes.add(one.make)
      if (found.length >= batchSize || characters >= batchCharacters) await flush()
    },
    async startOver() {
      await flush()
      discovery = null
      const { account_id: accountId, source_id: sourceId } = job
      while (
        await database.write(async (tx) => {
          await writeFenced(tx, job, { lease_until: now() + leaseTime, stream_count: 0 })
          const isMoreStaged = await forgetStaged(tx.db, job)
          return (await forgetUnpublished(tx.db, accountId, sourceId)) || isMoreStaged
        })
      );
    },
    stop: () => clearInterval(timer),
  }
}

/** Few enough for the parameters of a statement. */
const rowsPerInsert = 500

function* inChunks<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += rowsPerInsert)
    yield rows.slice(start, start + rowsPerInsert)
}
