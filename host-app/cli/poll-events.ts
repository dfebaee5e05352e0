import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog, LoggedEvent } from '../server/nouns/events/events.ts'

/** Milliseconds between two looks. */
const interval = 250

/** Yields a topic's events as they come, also those that another process writes: so it looks again and again. */
export async function* pollEvents(
  events: Pick<EventLog, 'read'>,
  topic: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<LoggedEvent, void, void> {
  let seen = after
  while (!signal.aborted) {
    const found = await events.read(topic, seen)
    for (const event of found) {
      yield event
      seen = event.seq
    }
    // An abort ends the wait; the loop sees why.
    if (found.length === 0) await delay(interval, undefined, { signal }).catch(() => {})
  }
}
