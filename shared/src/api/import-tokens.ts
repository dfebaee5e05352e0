import { z } from 'zod'
import { createdImportToken, importToken } from '../import-token.ts'
import { source } from '../source.ts'
import type { Endpoint } from './endpoint.ts'
import { sourceParams } from './sources.ts'

/** The tokens by which data is pushed into a source. */
export const importTokenEndpoints = {
  createImportToken: {
    method: 'POST',
    path: '/v4/sources/:id/tokens',
    caller: 'account',
    chapter: 'Import tokens',
    summary:
      'Create an import token, for a source whose data is pushed (`import_api`). It is shown this once and ' +
      "names this source to whatever takes the data in: Bobbin itself has no such endpoint, the operator's " +
      'own does, and has the token verified by Bobbin. A source has two at most, so that one can replace ' +
      'the other: else a Conflict (`too_many_tokens`). For another type: a Conflict (`not_push`).',
    params: sourceParams,
    reply: createdImportToken,
    idempotent: true,
    errors: ['SourceNotFound', 'Conflict'],
  },
  listImportTokens: {
    method: 'GET',
    path: '/v4/sources/:id/tokens',
    caller: 'account',
    chapter: 'Import tokens',
    summary: "The source's import tokens, oldest first; without the tokens themselves.",
    params: sourceParams,
    reply: z.array(importToken),
    errors: ['SourceNotFound'],
  },
  revokeImportToken: {
    method: 'DELETE',
    path: '/v4/sources/:id/tokens/:token_id',
    caller: 'account',
    chapter: 'Import tokens',
    summary: 'Revoke an import token at once. Deleting the source revokes all of them.',
    params: sourceParams.extend({ token_id: z.coerce.number().int().positive() }),
    reply: source,
    errors: ['SourceNotFound', 'NotFound'],
  },
} as const satisfies Record<string, Endpoint>
