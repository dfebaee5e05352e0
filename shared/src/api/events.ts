import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'

/** An entry of the account's ordered feed. */
export const accountEvent = z.object({
  seq: z.number().int(),
  at: z.number().int(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
})

/** What happens in an account, in order. */
export const eventEndpoints = {
  listEvents: {
    method: 'GET',
    path: '/v4/events',
    caller: 'account',
    chapter: 'Events',
    summary: "The account's ordered events after `after`, at most 1,000; newest last.",
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ data: z.array(accountEvent) }),
    errors: [],
  },
} as const satisfies Record<string, Endpoint>
