import { z } from 'zod'
import { createCustomerToken, createdCustomerToken } from '../customer-token.ts'
import { directoryConnector, directoryItemQuery, directoryPage, directoryQuery } from '../directory.ts'
import type { Endpoint } from './endpoint.ts'

/** What can be connected, as a directory to page through. */
export const directoryEndpoints = {
  listConnectors: {
    method: 'GET',
    path: '/connector',
    caller: 'reader',
    chapter: 'Directory',
    summary: 'List connectors, by name. Those that are deprecated are listed for the organisation only.',
    query: directoryQuery,
    reply: directoryPage,
    compressed: true,
    errors: ['OriginNotAllowed'],
  },
  getConnector: {
    method: 'GET',
    path: '/connector/:name',
    caller: 'reader',
    chapter: 'Directory',
    summary: 'One connector, by its name.',
    params: z.object({ name: z.string().max(200) }),
    query: directoryItemQuery,
    reply: directoryConnector,
    errors: ['NotFound', 'OriginNotAllowed'],
  },
  createCustomerToken: {
    method: 'POST',
    path: '/customer/:id/token',
    caller: 'key',
    chapter: 'Directory',
    summary:
      'Create a customer token: by it a page of the account sees what may be connected. It lives an hour, at most 24. A customer is an account.',
    params: z.object({ id: z.coerce.number().int().positive().max(2_147_483_647) }),
    body: createCustomerToken,
    reply: createdCustomerToken,
    idempotent: true,
    errors: ['NotFound'],
  },
} as const satisfies Record<string, Endpoint>
