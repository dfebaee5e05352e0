import { type EventFilter, type EventLog, followFeed, readFeed } from '../../nouns/events/events.ts'
import type { FastifyRequest } from 'fastify'
import { type StreamSettings, readLastEventId, sendEvents } from '../../http/event-stream.ts'
import type { ConnectApi } from './connect-api.ts'

export function serveEvents(
  door: ConnectApi,
  { events, config }: { events: EventLog; config: StreamSettings },
): void {
  door.serve('listEvents', async ({ accountId, query, request, reply }) => {
    if (!wantsStream(request)) {
      const page = await readFeed(events, accountId, query)
      return { data: page.events, next_after: page.nextAfter, has_more: page.hasMore }
    }
    const from = { ...query, after: readLastEventId(request) ?? query.after }
    await sendEvents(reply, (signal) => follow(accountId, from, signal), {
      heartbeat: config.timings.heartbeat,
    })
    return undefined
  })

  async function* follow(accountId: number, from: EventFilter & { after: number }, signal: AbortSignal) {
    for await (const event of followFeed(events, accountId, from, signal))
      yield { seq: event.seq, data: event }
  }
}

function wantsStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/event-stream') === true
}
