import type { Database, Transaction } from '../../store/database.ts'
import type { TokenKind } from './grant-kind.ts'

/** The credentials that a lease is for: one version of one of a source's grants. */
export interface GrantVersion {
  accountId: number
  sourceId: number
  /** `token`: what its settings were exchanged for, without a consent. */
  kind: TokenKind
  version: number
}

/** Whether the lease is ours now; otherwise who has it, if anybody. */
export type LeaseAnswer = { isTaken: true } | { isTaken: false; holder: string | null }

/**
 * The right to refresh a grant: a lease in its row, so that of all processes one asks the provider. A
 * process that dies with it lets it run out. It is ours if the version is still the current one, valid,
 * and not leased, or leased to `dead`: a holder that whoever asks has watched for longer than any refresh
 * takes. So a lease that a clock dated into the future, before it was set back, blocks nobody for long.
 * `repeatAt`: when the grant is renewed though nobody asks, if nothing comes of this.
 */
export async function takeRefreshLease(
  database: Database,
  { accountId, sourceId, kind, version }: GrantVersion,
  lease: { id: string; now: number; until: number; dead: string | null; repeatAt: number | null },
): Promise<LeaseAnswer> {
  return await database.write(async (tx) => {
    const { numUpdatedRows } = await grantOf(tx, { accountId, sourceId, kind, version })
      .set((eb) => ({
        refresh_lease: lease.id,
        refresh_lease_until: lease.until,
        // Sooner, if it is due before.
        ...(lease.repeatAt !== null && {
          renew_unasked_at: eb
            .case()
            .when('renew_unasked_at', '<', lease.repeatAt)
            .then(eb.ref('renew_unasked_at'))
            .else(lease.repeatAt)
            .end(),
        }),
      }))
      .where((eb) =>
        eb.or([
          eb('refresh_lease', 'is', null),
          eb('refresh_lease_until', '<=', lease.now),
          ...(lease.dead === null ? [] : [eb('refresh_lease', '=', lease.dead)]),
        ]),
      )
      .executeTakeFirst()
    if (numUpdatedRows > 0n) return { isTaken: true }
    const row = await tx.db
      .selectFrom('credential')
      .select('refresh_lease')
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('kind', '=', kind)
      .executeTakeFirst()
    return { isTaken: false, holder: row?.refresh_lease ?? null }
  })
}

/** What was to be repeated, had it been asked, has time. */
const noHurry = 3_600_000

/** Gives the lease back early, if it is still ours: nothing was asked with it. */
export async function releaseRefreshLease(
  database: Database,
  grant: GrantVersion,
  { id, now }: { id: string; now: number },
): Promise<void> {
  await database.write((tx) =>
    grantOf(tx, grant)
      .set((eb) => ({
        refresh_lease: null,
        refresh_lease_until: null,
        renew_unasked_at: eb
          .case()
          .when('renew_unasked_at', 'is not', null)
          .then(now + noHurry)
          .end(),
      }))
      .where('refresh_lease', '=', id)
      .execute(),
  )
}

/**
 * Ends the refresh of a version, and holds its row until the transaction ends.
 *
 * @returns false when the version is no longer the current one, or no longer valid; then nothing may be written.
 */
export async function holdGrant(tx: Transaction, grant: GrantVersion): Promise<boolean> {
  const { numUpdatedRows } = await grantOf(tx, grant)
    .set({ refresh_lease: null, refresh_lease_until: null })
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function grantOf(tx: Transaction, { accountId, sourceId, kind, version }: GrantVersion) {
  return tx.db
    .updateTable('credential')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .where('status', '=', 'ok')
}
