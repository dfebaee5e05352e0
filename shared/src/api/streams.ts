import { z } from 'zod'
import { byName } from '../by-name.ts'
import {
  catalog,
  matchingSelection,
  metadataUpdate,
  selectionCount,
  streamSchema,
  streamSummary,
} from '../catalog.ts'
import type { Endpoint } from './endpoint.ts'
import { arrayOrPage, pageQuery } from './paging.ts'
import { sourceParams } from './sources.ts'

/** Streams, what is selected of them, and the two files that a Singer tap takes. */
export const streamEndpoints = {
  listStreams: {
    method: 'GET',
    path: '/v4/sources/:id/streams',
    caller: 'account',
    chapter: 'Streams',
    summary:
      'The streams of a source: all in the order of discovery, or with any query a page of them by id.',
    params: sourceParams,
    query: pageQuery.extend({
      q: z
        .string()
        .max(200)
        .optional()
        .describe(
          'Words in `tap_stream_id` or `stream_name`, in any order. Case, accents and what stands between words do not count.',
        ),
      selected: z
        .enum(['true', 'false'])
        .optional()
        .describe('Only what is selected, or only what is not: with `false` also what was never chosen.'),
    }),
    reply: arrayOrPage(streamSummary),
    versioned: 'etag',
    conditional: true,
    streamed: true,
    errors: ['SourceNotFound'],
  },
  getStream: {
    method: 'GET',
    path: '/v4/sources/:id/streams/:stream_id',
    caller: 'account',
    chapter: 'Streams',
    summary: 'Schema and metadata of one stream.',
    params: sourceParams.extend({ stream_id: z.coerce.number().int().positive() }),
    reply: streamSchema,
    versioned: 'etag',
    conditional: true,
    errors: ['SourceNotFound', 'NotFound'],
  },
  updateMetadata: {
    method: 'PUT',
    path: '/v4/sources/:id/streams/metadata',
    caller: 'account',
    chapter: 'Streams',
    summary:
      'Select streams and fields; partial, all or nothing. A view (`is-view`) needs `view-key-properties` before it can be ' +
      'selected. A table has a `replication-method` (`FULL_TABLE`, or `INCREMENTAL` with a `replication-key`, or ' +
      '`LOG_BASED` where that is among `valid-replication-methods`), unless `forced-replication-method` gives it one.',
    params: sourceParams,
    body: metadataUpdate,
    reply: z.object({ status: z.literal(200) }),
    versioned: 'if-match',
    // Ten thousand streams and their fields fit.
    bodyLimit: 16 * 1024 * 1024,
    howToSplit:
      'Send the streams in several calls, 1,000 in each, say: a call changes those that it names and no others. With ' +
      '`If-Match`, give each the `ETag` of the one before.',
    errors: ['SourceNotFound', 'Conflict', 'InvalidProperties'],
  },
  selectMatching: {
    method: 'PUT',
    path: '/v4/sources/:id/streams/selection',
    caller: 'account',
    chapter: 'Streams',
    summary:
      'Select, or deselect, all streams that a search (`q`) finds; an empty one finds all. The rules apply one ' +
      'after the other. What cannot be selected as it is, a view without a key, say, stays out.',
    params: sourceParams,
    body: matchingSelection,
    reply: selectionCount,
    versioned: 'if-match',
    errors: ['SourceNotFound', 'Conflict'],
  },
  getCatalog: {
    method: 'GET',
    path: '/v4/sources/:id/catalog',
    caller: 'account',
    chapter: 'Singer files',
    summary: 'The Singer catalog with the selection written out, as a tap takes it.',
    params: sourceParams,
    reply: catalog,
    versioned: 'etag',
    conditional: true,
    streamed: true,
    errors: ['SourceNotFound'],
  },
  getConfig: {
    method: 'GET',
    path: '/v4/sources/:id/config',
    caller: 'account',
    chapter: 'Singer files',
    summary: 'The Singer config with live, refreshed credentials. Keep it secret.',
    params: sourceParams,
    query: z.object({
      refresh: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,30}$/)
        .optional()
        .describe(
          '`true` after the vendor refused the token: it is renewed before its time. With the ETag of the refused config in `If-None-Match` the first of several callers has it renewed, and the others get the same. Where a source has several grants, the role of the one whose token it was, such as `user`.',
        ),
    }),
    reply: z.record(z.string(), z.unknown()),
    versioned: 'etag',
    errors: ['SourceNotFound', 'Conflict', 'Unavailable'],
  },
  updateConfig: {
    method: 'PUT',
    path: '/v4/sources/:id/config',
    caller: 'account',
    chapter: 'Singer files',
    summary: 'Take the config back as a tap left it: tokens that it renewed are kept, sealed.',
    params: sourceParams,
    body: byName(z.unknown(), { longestName: 200 }),
    reply: z.object({
      status: z.literal(200),
      /** Names of what was kept. */
      stored: z.array(z.string()),
      /** Names that the config never had; they are not kept. */
      ignored: z.array(z.string()),
    }),
    versioned: 'if-match',
    errors: ['SourceNotFound', 'Conflict', 'InvalidProperties'],
  },
} as const satisfies Record<string, Endpoint>
