import type { Transaction } from '../../store/database.ts'
import { longestWait } from './paused-renewals.ts'
import type { GrantVersion } from './refresh-lease.ts'

/** Refusals without a reason that we understand, of one version of a grant. */
interface RefusedRenewals {
  readonly count: number
  readonly since: number
}

const firstPause = 60_000

/**
 * Counts a refusal, ends its lease, and keeps others from asking again too soon, over restarts too.
 *
 * @returns null when the version is no longer the current one, or no longer valid.
 */
export async function noteRefusedRenewal(
  tx: Transaction,
  { accountId, sourceId, kind, version }: GrantVersion,
  now: number,
  /** How long the provider asked us to wait, in milliseconds. */
  asked: number | null = null,
): Promise<RefusedRenewals | null> {
  const ofGrant = tx.db
    .selectFrom('credential')
    .select(['refusals', 'refused_since'])
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .where('status', '=', 'ok')
  const before = await ofGrant.executeTakeFirst()
  if (!before) return null
  const count = (before.refusals ?? 0) + 1
  const since = before.refused_since ?? now
  const pause = Math.max(firstPause * 2 ** (count - 1), asked ?? 0)
  await tx.db
    .updateTable('credential')
    .set({
      refusals: count,
      refused_since: since,
      renew_after: now + Math.min(pause, longestWait),
      failing_since: null,
      renewal_failure: null,
      refresh_lease: null,
      refresh_lease_until: null,
    })
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .execute()
  return { count, since }
}

/** Whether it is too early to ask again. A pause that a clock dated too far into the future, before it was set back, is none. */
export function mustWait({ renewAfter }: { renewAfter: number | null }, now: number): boolean {
  return renewAfter !== null && renewAfter > now && renewAfter - now <= longestWait
}
