import { callerGone } from '../../http/caller-gone.ts'
import type { VendorOptions } from '../../nouns/vendor-options/vendor-options.ts'
import type { ConnectApi } from './connect-api.ts'

/** What settings can be, as their vendors say. */
export function serveVendorOptions(
  door: ConnectApi,
  { vendorOptions }: { vendorOptions: Pick<VendorOptions, 'find'> },
): void {
  door.serve('findOptions', ({ accountId, params: { id, property }, query: { q, cursor = null }, reply }) =>
    vendorOptions.find(accountId, id, { property, query: q, cursor }, callerGone(reply)),
  )
}
