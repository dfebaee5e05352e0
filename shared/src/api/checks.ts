import { z } from 'zod'
import { check, checkEvent } from '../check.ts'
import type { Endpoint } from './endpoint.ts'
import { sourceParams } from './sources.ts'

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
  followCheck: {
    method: 'GET',
    path: '/v4/sources/:id/checks/:name/log',
    caller: 'account',
    chapter: 'Checks',
    summary: 'Live progress of a check as server-sent events; resumes by Last-Event-ID.',
    params: sourceParams.extend({ name: z.string() }),
    event: checkEvent,
    errors: ['SourceNotFound', 'NotFound'],
  },
} as const satisfies Record<string, Endpoint>
