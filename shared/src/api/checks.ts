import { z } from 'zod'
import { check, checkEvent, recordedCheckEvent } from '../check.ts'
import type { Endpoint } from './endpoint.ts'
import { paged, pageQuery } from './paging.ts'
import { sourceParams } from './sources.ts'

const checkParams = sourceParams.extend({ name: z.string() })

/** Connection checks with discovery. */
export const checkEndpoints = {
  startCheck: {
    method: 'POST',
    path: '/v4/sources/:id/check',
    caller: 'account',
    chapter: 'Checks',
    summary: 'Start a connection check with discovery, or join the one that is running.',
    params: sourceParams,
    reply: check,
    idempotent: true,
    errors: ['SourceNotFound', 'Conflict'],
  },
  getLastCheck: {
    method: 'GET',
    path: '/v4/sources/:id/last-connection-check',
    caller: 'account',
    chapter: 'Checks',
    summary: 'The latest check.',
    params: sourceParams,
    reply: check,
    errors: ['SourceNotFound', 'NotFound'],
  },
  listChecks: {
    method: 'GET',
    path: '/v4/sources/:id/checks',
    caller: 'account',
    chapter: 'Checks',
    summary:
      'The checks of a source, newest first. The last 50 are kept, and the one that proves the settings.',
    params: sourceParams,
    query: pageQuery,
    reply: paged(check),
    errors: ['SourceNotFound'],
  },
  getCheck: {
    method: 'GET',
    path: '/v4/sources/:id/checks/:name',
    caller: 'account',
    chapter: 'Checks',
    summary: 'One check.',
    params: checkParams,
    reply: check,
    errors: ['SourceNotFound', 'NotFound'],
  },
  listCheckEvents: {
    method: 'GET',
    path: '/v4/sources/:id/checks/:name/events',
    caller: 'account',
    chapter: 'Checks',
    summary:
      'What a check told after `after`, at most 1,000, newest last: phases, log lines, streams so far, the end.',
    params: checkParams,
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .default(0)
        .describe('Only what was told after this `seq`, the last that was seen.'),
    }),
    reply: z.object({ data: z.array(recordedCheckEvent) }),
    errors: ['SourceNotFound', 'NotFound'],
  },
  followCheck: {
    method: 'GET',
    path: '/v4/sources/:id/checks/:name/log',
    caller: 'account',
    chapter: 'Checks',
    summary: 'Live progress of a check as server-sent events; resumes by Last-Event-ID.',
    params: checkParams,
    event: checkEvent,
    errors: ['SourceNotFound', 'NotFound'],
  },
} as const satisfies Record<string, Endpoint>
