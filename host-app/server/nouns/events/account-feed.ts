import {
  accountEvents,
  type AccountEvent,
  type AccountEventData,
  type AccountEventType,
} from '@bobbin/shared/account-events'
import type { Transaction } from '../../store/database.ts'
import { accountEventOf, accountTopic, sourceOf, type FeedWriter } from './account-event.ts'
import type { EventLog, LoggedEvent } from './event-log.ts'

/**
 * Tells an account what happened: in its feed, and to whoever passes that on (the webhooks), in the caller's
 * own transaction. The one way into the feed, so an event of another type or shape cannot be in it.
 */
export async function tellAccount<Type extends AccountEventType>(
  tx: Transaction,
  events: FeedWriter,
  accountId: number,
  type: Type,
  data: AccountEventData<Type>,
): Promise<void> {
  const event = await appendAccountEvent(tx, events, accountId, type, data)
  await events.tellListeners(tx, accountId, event)
}

/** Into the feed only: a test of one webhook is of no interest to the others. */
export async function appendAccountEvent<Type extends AccountEventType>(
  tx: Transaction,
  events: FeedWriter,
  accountId: number,
  type: Type,
  data: AccountEventData<Type>,
): Promise<AccountEvent> {
  const event = await events.append(tx, accountTopic(accountId), type, accountEvents[type].data.parse(data))
  if (!event) throw new Error("An account's feed has no limit.")
  return accountEventOf(accountId, event)
}

/** What a reader of the feed wants of it; absent: everything. */
export interface EventFilter {
  readonly types?: readonly string[] | undefined
  readonly source_id?: number | undefined
}

export interface FeedPage {
  readonly events: AccountEvent[]
  /** Everything up to here was looked at. */
  readonly nextAfter: number
  readonly hasMore: boolean
}

/** Events looked at for one page, at most: a rare type in a long feed costs several calls, not one long one. */
const mostScanned = 20_000
const batch = 1_000

export async function readFeed(
  log: EventLog,
  accountId: number,
  { after, limit, ...filter }: EventFilter & { after: number; limit: number },
  tx?: Transaction,
): Promise<FeedPage> {
  const events: AccountEvent[] = []
  let nextAfter = after
  for (let scanned = 0; scanned < mostScanned; scanned += batch) {
    const found = await log.read(accountTopic(accountId), nextAfter, batch, tx)
    for (const [index, logged] of found.entries()) {
      nextAfter = logged.seq
      if (!isWanted(logged, filter)) continue
      events.push(accountEventOf(accountId, logged))
      if (events.length === limit) {
        const hasMore = index < found.length - 1 || found.length === batch
        return { events, nextAfter, hasMore }
      }
    }
    if (found.length < batch) return { events, nextAfter, hasMore: false }
  }
  return { events, nextAfter, hasMore: true }
}

/** What is there after `after`, then what comes, until the signal aborts. */
export async function* followFeed(
  log: EventLog,
  accountId: number,
  { after, ...filter }: EventFilter & { after: number },
  signal: AbortSignal,
): AsyncGenerator<AccountEvent, void, void> {
  for await (const logged of log.follow(accountTopic(accountId), after, signal)) {
    if (isWanted(logged, filter)) yield accountEventOf(accountId, logged)
  }
}

function isWanted(event: LoggedEvent, { types, source_id: sourceId }: EventFilter): boolean {
  if (types && !types.includes(event.type)) return false
  return sourceId === undefined || sourceOf(event) === sourceId
}
