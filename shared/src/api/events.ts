import { z } from 'zod'
import { accountEvent, accountEventTypes } from '../account-events.ts'
import { sourceId } from '../source.ts'
import type { Endpoint } from './endpoint.ts'

const eventTypeList = z
  .string()
  .transform((list) => list.split(',').map((type) => type.trim()))
  .pipe(z.array(z.enum(accountEventTypes)).min(1))

/** What happens in an account, in order. */
export const eventEndpoints = {
  listEvents: {
    method: 'GET',
    path: '/v4/events',
    caller: 'account',
    chapter: 'Events',
    summary:
      "The account's events after `after`, oldest first; `types` (comma-separated) and `source_id` choose. With `Accept: text/event-stream` a live stream that resumes by Last-Event-ID.",
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .default(0)
        .describe('Only events with a greater `seq`: the `next_after` of the call before.'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(1_000)
        .default(1_000)
        .describe('How many at most; a stream has no end.'),
      types: eventTypeList.optional().describe('Only these types, with commas between them.'),
      source_id: z.coerce.number().pipe(sourceId).optional().describe('Only events of this source.'),
    }),
    reply: z.object({
      data: z.array(accountEvent),
      /** The `after` of the next call: also past events that were not asked for. */
      next_after: z.number().int(),
      has_more: z.boolean(),
    }),
    event: accountEvent,
    errors: [],
  },
} as const satisfies Record<string, Endpoint>
