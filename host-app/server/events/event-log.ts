import { EventEmitter } from 'node:events'
import type { Database, Transaction } from '../storage/database.ts'

/** One line of a topic. `seq` counts from 1 without gaps. */
export interface LoggedEvent {
  seq: number
  at: number
  type: string
  data: unknown
}

/**
 * The one append-only log behind the relay (`flow:<id>`), check progress (`check:<name>`) and an
 * account's feed (`account:<id>`).
 */
export interface EventLog {
  append(tx: Transaction, topic: string, type: string, data: unknown): Promise<LoggedEvent>
  read(topic: string, after: number, limit?: number): Promise<LoggedEvent[]>
  /** Yields everything after `after`, then what comes, until the signal aborts. */
  follow(topic: string, after: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, void>
  /** Calls back after each commit that appended to the topic. Returns the way to stop. */
  watch(topic: string, wake: () => void): () => void
}

export function createEventLog(database: Database, now: () => number): EventLog {
  const wakes = new EventEmitter().setMaxListeners(0)

  async function append(tx: Transaction, topic: string, type: string, data: unknown): Promise<LoggedEvent> {
    const last = await tx.db
      .selectFrom('event')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('topic', '=', topic)
      .executeTakeFirst()
    const event = { seq: (last?.seq ?? 0) + 1, at: now(), type, data }
    await tx.db
      .insertInto('event')
      .values({ topic, seq: event.seq, at: event.at, type, data: JSON.stringify(data) })
      .execute()
    tx.afterCommit(() => wakes.emit(topic))
    return event
  }

  async function read(topic: string, after: number, limit = 1_000): Promise<LoggedEvent[]> {
    const rows = await database.read
      .selectFrom('event')
      .select(['seq', 'at', 'type', 'data'])
      .where('topic', '=', topic)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }))
  }

  function watch(topic: string, wake: () => void): () => void {
    wakes.on(topic, wake)
    return () => wakes.off(topic, wake)
  }

  async function* follow(topic: string, after: number, signal: AbortSignal) {
    let seen = after
    let wakeUp = Promise.withResolvers<void>()
    const wake = () => wakeUp.resolve()
    const stop = watch(topic, wake)
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        wakeUp = Promise.withResolvers<void>()
        const events = await read(topic, seen)
        for (const event of events) {
          if (signal.aborted) return
          yield event
          seen = event.seq
        }
        if (events.length === 0) await wakeUp.promise
      }
    } finally {
      stop()
      signal.removeEventListener('abort', wake)
    }
  }

  return { append, read, follow, watch }
}
