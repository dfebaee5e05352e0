import { z } from 'zod'
import { createOAuthClient, oauthClient, oauthClientId, updateOAuthClient } from '../oauth-client.ts'
import type { Endpoint } from './endpoint.ts'

const clientParams = z.object({ id: oauthClientId })

/** An account's own registrations at providers, in place of the operator's. */
export const oauthClientEndpoints = {
  listOAuthClients: {
    method: 'GET',
    path: '/v4/oauth-clients',
    caller: 'account',
    chapter: 'OAuth clients',
    summary: "The account's own OAuth clients, oldest first; at most fifty.",
    reply: z.array(oauthClient),
    errors: [],
  },
  createOAuthClient: {
    method: 'POST',
    path: '/v4/oauth-clients',
    caller: 'account',
    chapter: 'OAuth clients',
    summary:
      'Create an OAuth client: what the account has registered at the provider of a source type. New authorizations ' +
      'of the type go by it, unless `is_default` is false; what was granted before stays with the client that issued it.',
    body: createOAuthClient,
    reply: oauthClient,
    idempotent: true,
    errors: ['InvalidType', 'Conflict'],
  },
  getOAuthClient: {
    method: 'GET',
    path: '/v4/oauth-clients/:id',
    caller: 'account',
    chapter: 'OAuth clients',
    summary: 'One OAuth client. Its secret is never answered.',
    params: clientParams,
    reply: oauthClient,
    versioned: 'etag',
    errors: ['NotFound'],
  },
  updateOAuthClient: {
    method: 'PUT',
    path: '/v4/oauth-clients/:id',
    caller: 'account',
    chapter: 'OAuth clients',
    summary:
      'Change an OAuth client: its name, whether it is the default, or its secret, which counts from the next call to ' +
      'the provider on.',
    params: clientParams,
    body: updateOAuthClient,
    reply: oauthClient,
    versioned: 'if-match',
    errors: ['NotFound'],
  },
  deleteOAuthClient: {
    method: 'DELETE',
    path: '/v4/oauth-clients/:id',
    caller: 'account',
    chapter: 'OAuth clients',
    summary:
      'Delete an OAuth client with its secret. While sources depend on it, a Conflict (`client_in_use`) names them in ' +
      '`data.source_ids`, a hundred at most; `force=true` deletes it all the same. What it had been granted can then ' +
      'be neither renewed nor revoked: those sources have to be authorized again, which goes by another client.',
    params: clientParams,
    query: z.object({
      force: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true` deletes it although sources depend on it.'),
    }),
    reply: oauthClient,
    errors: ['NotFound', 'Conflict'],
  },
} as const satisfies Record<string, Endpoint>
