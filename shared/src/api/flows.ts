import { z } from 'zod'
import { claimLimit } from '../claim-limit.ts'
import { cancelRequest, claimReply, claimRequest, flowEvent, relayRequest } from '../flow.ts'
import type { Endpoint } from './endpoint.ts'

const flowParams = z.object({ id: z.string() })

/** Bytes of a body that holds a key and a word or two. */
const keyedBody = 4096

/** What the client in a customer page calls. */
export const flowEndpoints = {
  claimFlow: {
    method: 'POST',
    path: '/flows/:id/claim',
    caller: 'anyone',
    chapter: 'Flows',
    summary: 'Claim a flow from the customer page: spends the ephemeral token and opens the session.',
    params: flowParams,
    body: claimRequest,
    bodyLimit: claimLimit,
    reply: claimReply,
    errors: [
      'NotFound',
      'UpgradeEphemeralToken',
      'UnknownSourceType',
      'AuthorizeFailure',
      'SourceNotFound',
      'InvalidOptions',
      'RateLimited',
    ],
  },
  followFlow: {
    method: 'POST',
    path: '/flows/:id/relay',
    caller: 'anyone',
    chapter: 'Flows',
    summary:
      "The flow's events after `after`: a stream, or with `wait` (seconds, at most 25) a long poll, which is answered " +
      "with JSON once there are any or the time is over. The flow's key is in the body, where no script that rewrites " +
      "a page's headers reaches; as `text/plain` the call needs no preflight.",
    params: flowParams,
    body: relayRequest,
    bodyLimit: keyedBody,
    reply: z.object({ events: z.array(flowEvent) }),
    event: flowEvent,
    errors: ['NotFound', 'RateLimited'],
  },
  followFlowAsBearer: {
    method: 'GET',
    path: '/flows/:id/relay',
    caller: 'app_key',
    chapter: 'Flows',
    summary: "The same with the flow's key as the bearer, for older clients.",
    params: flowParams,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0).describe('Only events with a greater `seq`.'),
      wait: z.coerce
        .number()
        .int()
        .min(0)
        .max(25)
        .optional()
        .describe('Seconds that the host may hold the call until there is something; without it, a stream.'),
    }),
    reply: z.object({ events: z.array(flowEvent) }),
    event: flowEvent,
    errors: ['NotFound'],
  },
  cancelFlow: {
    method: 'POST',
    path: '/flows/:id/cancel',
    caller: 'app_key',
    chapter: 'Flows',
    summary:
      "Cancel a flow that has not ended. The flow's key is in the body; older clients send it as the bearer.",
    params: flowParams,
    body: cancelRequest.optional(),
    bodyLimit: keyedBody,
    reply: z.object({ status: z.enum(['completed', 'cancelled', 'failed']) }),
    errors: ['NotFound'],
  },
} as const satisfies Record<string, Endpoint>
