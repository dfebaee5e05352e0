import { z } from 'zod'
import {
  cloneSource,
  createSource,
  source,
  sourceFilter,
  sourceId,
  sourceType,
  updateSource,
} from '../source.ts'
import type { Endpoint } from './endpoint.ts'
import { arrayOrPage, pageQuery } from './paging.ts'

/** The id of a source in a path. */
export const sourceParams = z.object({ id: z.coerce.number().pipe(sourceId) })

/** Source types, and sources from their creation to their end. */
export const sourceEndpoints = {
  listSourceTypes: {
    method: 'GET',
    path: '/v4/source-types',
    caller: 'account',
    chapter: 'Source types',
    summary:
      'The source types, with everything that a form needs: of the ways to sign in those that the account can use. ' +
      'Where there is none, for want of an OAuth client, `details.access` is false.',
    reply: z.array(sourceType),
    streamed: true,
    errors: [],
  },
  getSourceType: {
    method: 'GET',
    path: '/v4/source-types/:type',
    caller: 'account',
    chapter: 'Source types',
    summary: 'One source type.',
    params: z.object({ type: z.string() }),
    reply: sourceType,
    errors: ['UnknownSourceType'],
  },
  listSources: {
    method: 'GET',
    path: '/v4/sources',
    caller: 'account',
    chapter: 'Sources',
    summary:
      'All sources, deleted ones too, oldest first: a bare array, or with any query a page. `type` and `state` choose.',
    query: pageQuery.extend(sourceFilter.shape),
    reply: arrayOrPage(source),
    errors: [],
  },
  createSource: {
    method: 'POST',
    path: '/v4/sources',
    caller: 'account',
    chapter: 'Sources',
    summary:
      'Create a source. A check starts by itself once the settings are complete. A way to sign in that has no OAuth ' +
      'client is refused (`no_client`); where none is named, the first that can be used counts.',
    body: createSource,
    bodyMessage:
      'POST body may only include a non-empty type, a non-empty display_name and map of string properties',
    reply: source,
    idempotent: true,
    errors: [
      'InvalidType',
      'InvalidName',
      'InvalidDisplayName',
      'InvalidProperties',
      'InvalidCronExpression',
      'AccessDenied',
      'NotFound',
    ],
  },
  getSource: {
    method: 'GET',
    path: '/v4/sources/:id',
    caller: 'account',
    chapter: 'Sources',
    summary: 'One source; a deleted one too.',
    params: sourceParams,
    reply: source,
    versioned: 'etag',
    errors: ['SourceNotFound'],
  },
  updateSource: {
    method: 'PUT',
    path: '/v4/sources/:id',
    caller: 'account',
    chapter: 'Sources',
    summary: 'Change name, settings (merged) or pause. A check starts by itself when settings changed.',
    params: sourceParams,
    body: updateSource,
    bodyMessage: 'PUT body many only include the keys: display_name, properties, and paused_at',
    reply: source,
    versioned: 'if-match',
    errors: [
      'SourceNotFound',
      'NotFound',
      'InvalidDisplayName',
      'InvalidProperties',
      'InvalidCronExpression',
      'Conflict',
    ],
  },
  cloneSource: {
    method: 'POST',
    path: '/v4/sources/:id/clone',
    caller: 'account',
    chapter: 'Sources',
    summary:
      'Make a paused copy of a source: its settings with their secrets, and with `with_selection` what is ' +
      'selected of its streams. Its authorization is not copied, because two sources cannot share one refresh ' +
      'token: the user authorizes the copy. A check starts by itself where nothing else is missing.',
    params: sourceParams,
    body: cloneSource.optional(),
    reply: source,
    idempotent: true,
    errors: ['SourceNotFound', 'InvalidType', 'InvalidName', 'InvalidDisplayName', 'AccessDenied'],
  },
  deleteSource: {
    method: 'DELETE',
    path: '/v4/sources/:id',
    caller: 'account',
    chapter: 'Sources',
    summary: 'Delete a source softly; its credentials are erased.',
    params: sourceParams,
    reply: source,
    errors: ['SourceNotFound'],
  },
} as const satisfies Record<string, Endpoint>
