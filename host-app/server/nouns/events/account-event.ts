import { createHash } from 'node:crypto'
import type { AccountEvent } from '@bobbin/shared/account-events'
import type { EventLog, LoggedEvent } from './event-log.ts'

/** What it takes to tell an account something. */
export type FeedWriter = Pick<EventLog, 'append' | 'tellListeners'>

/** The topic of an account's feed. */
export function accountTopic(accountId: number): string {
  return `account:${accountId}`
}

/**
 * An event with its id, which is made from what never changes about it. The time is in it: after a restore
 * of an old backup the same number names another event, and receivers must not take it for a repetition.
 */
export function accountEventOf(accountId: number, { seq, at, type, data }: LoggedEvent): AccountEvent {
  const what = JSON.stringify([accountId, seq, at, type])
  const id = `evt_${createHash('sha256').update(what).digest('base64url').slice(0, 22)}`
  return { id, seq, at, type, data: data as Record<string, unknown> }
}

/** The source that an event is about; null where it is about none. */
export function sourceOf({ data }: Pick<LoggedEvent, 'data'>): number | null {
  const { source_id: sourceId } = data as { source_id?: number | null }
  return sourceId ?? null
}
