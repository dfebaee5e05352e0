import { z } from 'zod'
import { accessToken, createAccessToken, createdAccessToken } from '../access-token.ts'
import type { Endpoint } from './endpoint.ts'

/** The tokens by which an account's back end calls this API. */
export const accessTokenEndpoints = {
  createAccessToken: {
    method: 'POST',
    path: '/v4/access-tokens',
    caller: 'account',
    chapter: 'Access tokens',
    summary: 'Create an access token. It is shown this once, and is good until it is revoked.',
    body: createAccessToken.optional(),
    reply: createdAccessToken,
    idempotent: true,
    errors: [],
  },
  listAccessTokens: {
    method: 'GET',
    path: '/v4/access-tokens',
    caller: 'account',
    chapter: 'Access tokens',
    summary: "The account's access tokens, oldest first; revoked ones for another 90 days.",
    reply: z.array(accessToken),
    errors: [],
  },
  revokeAccessToken: {
    method: 'DELETE',
    path: '/v4/access-tokens/:token_id',
    caller: 'account',
    chapter: 'Access tokens',
    summary:
      'Revoke an access token at once, with the unspent ephemeral tokens that it made. `is_current` in the reply ' +
      "says that it was the one in use. The account's last one is revoked with `force=true` only: without " +
      'it a Conflict (`last_token`), for nobody could call in its name any more.',
    params: z.object({ token_id: z.string() }),
    query: z.object({
      force: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true` revokes the account’s last token as well.'),
    }),
    reply: accessToken,
    errors: ['NotFound', 'Conflict'],
  },
} as const satisfies Record<string, Endpoint>
