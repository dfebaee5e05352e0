import type { Transaction } from '../../store/database.ts'
import type { GrantVersion } from './refresh-lease.ts'

/** Why a renewal is not asked for again at once, though nothing was said about the grant. */
export type RenewalFailure = 'unreachable' | 'misconfigured'

/** As long again as it has failed until now, within these, so that it is not long before it is known that it works. */
const shortestPause = 15_000
const longestPause = 300_000
/** What a provider may ask for. */
export const longestWait = 3_600_000

/** Ends the lease of a renewal that failed, and keeps others from asking again too soon, over restarts too. */
export async function pauseRenewal(
  tx: Transaction,
  { accountId, sourceId, kind, version }: GrantVersion,
  { failure, asked, now }: { failure: RenewalFailure; asked: number | null; now: number },
): Promise<void> {
  const { failing_since: before } = (await tx.db
    .selectFrom('credential')
    .select('failing_since')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .executeTakeFirst()) ?? { failing_since: null }
  const since = before ?? now
  const pause = Math.min(Math.max(now - since, shortestPause), longestPause)
  await tx.db
    .updateTable('credential')
    .set({
      failing_since: since,
      renewal_failure: failure,
      renew_after: now + Math.max(pause, Math.min(asked ?? 0, longestWait)),
      refresh_lease: null,
      refresh_lease_until: null,
    })
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .where('status', '=', 'ok')
    .execute()
}
