import { z } from 'zod'
import { vendorOptionsPage, vendorOptionsQuery } from '../vendor-options.ts'
import type { Endpoint } from './endpoint.ts'
import { sourceParams } from './sources.ts'

/** What settings can be, as their vendors say. */
export const vendorOptionEndpoints = {
  findOptions: {
    method: 'GET',
    path: '/v4/sources/:id/options/:property',
    caller: 'account',
    chapter: 'Sources',
    summary:
      'The values that a setting with `vendor_options` can have, read from the vendor now: a tenant, a workspace. ' +
      'Follow `next_cursor` to its end; a page may be empty and not the last. ' +
      '`OptionsUnavailable` has in `data.code` what a check would have failed with.',
    params: sourceParams.extend({ property: z.string().max(200) }),
    query: vendorOptionsQuery,
    reply: vendorOptionsPage,
    errors: ['SourceNotFound', 'NotFound', 'Conflict', 'OptionsUnavailable'],
  },
} as const satisfies Record<string, Endpoint>
