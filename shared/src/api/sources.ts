import { z } from 'zod'
import { createSource, source, sourceFilter, sourceId, sourceType, updateSource } from '../source.ts'
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
    summary: 'The source types, with everything that a form needs.',
    reply: z.array(sourceType),
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
    summary: 'Create a source. A check starts by itself once the settings are complete.',
    body: createSource,
    reply: source,
    idempotent: true,
    errors: [
      'InvalidType',
      'InvalidName',
      'InvalidDisplayName',
      'InvalidProperties',
      'InvalidCronExpression',
      'AccessDenied',
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
    reply: source,
    versioned: 'if-match',
    errors: [
      'SourceNotFound',
      'InvalidDisplayName',
      'InvalidProperties',
      'InvalidCronExpression',
      'Conflict',
    ],
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
