import { EventEmitter } from 'node:events'
import type { AccountEvent } from '@bobbin/shared/account-events'
import type { Insertable } from 'kysely'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { createForeignEvents } from './foreign-events.ts'

/** One line of a topic. `seq` counts from 1 without gaps. */
export interface LoggedEvent {
  seq: number
  at: number
  type: string
  data: unknown
}

/** What is done with an event of an account's feed, in the write that appends it. */
type AccountListener = (tx: Transaction, accountId: number, event: AccountEvent) => Promise<void>

/**
 * The one append-only log behind the relay (`flow:<id>`), check progress (`check:<name>`) and an
 * account's feed (`account:<id>`).
 */
export interface EventLog {
  /** Past `limit` rows in the topic nothing is appended, and the answer is null. */
  append(
    tx: Transaction,
    topic: string,
    type: string,
    data: unknown,
    limit?: number,
  ): Promise<LoggedEvent | null>
  /** With `tx`, what the transaction wrote counts. */
  read(topic: string, after: number, limit?: number, tx?: Transaction): Promise<LoggedEvent[]>
  /** For what is over and has been kept long enough. Nothing may be appended to these topics again. */
  erase(tx: Transaction, topics: readonly string[]): Promise<void>
  /** The topic's newest `seq`; 0 when it is empty. */
  last(topic: string): Promise<number>
  /** Yields everything after `after`, then what comes, until the signal aborts. */
  follow(topic: string, after: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, void>
  /** Wakes those who watch the topic, as an event in it would, once `tx` is committed. */
  wake(tx: Transaction, topic: string): void
  /** Wakes the followers of what other processes appended since the last time that it was asked. */
  hearOthers(): Promise<void>
  /** Calls back after each commit that appended to the topic. Returns the way to stop. */
  watch(topic: string, wake: () => void): () => void
  /** Has this told, in the write itself, of everything that an account is told. */
  onAccountEvent(listen: AccountListener): void
  /** Tells whoever listens so. */
  tellListeners: AccountListener
}

const newestOf = compileOnce((db, { topic }: { topic: string }) =>
  db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('topic', '=', topic),
)

const insertEvent = compileOnce((db, { topic, seq, at, type, data }: Insertable<Tables['event']>) =>
  db.insertInto('event').values({ topic, seq, at, type, data }),
)

/** `onAppended` hears of every event, once it is durable. */
export function createEventLog(
  database: Database,
  now: () => number,
  onAppended: (topic: string, type: string, data: unknown) => void = () => {},
): EventLog {
  const wakes = new EventEmitter().setMaxListeners(0)
  const foreign = createForeignEvents(database)
  const listeners: AccountListener[] = []

  async function append(
    tx: Transaction,
    topic: string,
    type: string,
    data: unknown,
    limit = Infinity,
  ): Promise<LoggedEvent | null> {
    const { rows } = await newestOf(tx.db, { topic })
    const seq = (rows[0]?.seq ?? 0) + 1
    if (seq > limit) return null
    const at = now()
    await insertEvent(tx.db, { topic, seq, at, type, data: JSON.stringify(data) })
    wake(tx, topic)
    tx.afterCommit(() => {
      foreign.appended(topic, seq)
      onAppended(topic, type, data)
    })
    return { seq, at, type, data }
  }

  function wake(tx: Transaction, topic: string): void {
    tx.afterCommit(() => wakes.emit(topic))
  }

  async function read(topic: string, after: number, limit = 1_000, tx?: Transaction): Promise<LoggedEvent[]> {
    const rows = await (tx?.db ?? database.read)
      .selectFrom('event')
      .select(['seq', 'at', 'type', 'data'])
      .where('topic', '=', topic)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }))
  }

  async function erase({ db, afterCommit }: Transaction, topics: readonly string[]): Promise<void> {
    await db.deleteFrom('event').where('topic', 'in', topics).execute()
    afterCommit(foreign.erased)
  }

  async function hearOthers(): Promise<void> {
    const topics = await foreign.find()
    for (const topic of topics === 'all' ? wakes.eventNames() : topics) wakes.emit(topic)
  }

  async function last(topic: string): Promise<number> {
    const row = await database.read
      .selectFrom('event')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('topic', '=', topic)
      .executeTakeFirst()
    return row?.seq ?? 0
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

  return {
    append,
    read,
    erase,
    last,
    follow,
    wake,
    hearOthers,
    watch,
    onAccountEvent: (listen) => void listeners.push(listen),
    async tellListeners(tx, accountId, event) {
      for (const listen of listeners) await listen(tx, accountId, event)
    },
  }
}
