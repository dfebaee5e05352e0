import type { RefreshTraits } from '../../../connectors/refresh-traits.ts'
import type { Database } from '../../store/database.ts'
import type { GrantKind } from './grant-kind.ts'
import { longestWait } from './paused-renewals.ts'
import type { GrantVersion } from './refresh-lease.ts'

/** A grant that is to be renewed though nobody asks. */
export interface DueGrant extends GrantVersion {
  readonly kind: GrantKind
  /** Nobody's. */
  readonly request_id: null
}

/** How long it is another's, or nobody's after a failure, before it is tried again. */
const putOff = 3_600_000

/**
 * Takes the grant that has been due for longest: nobody else gets it for an hour, and by then it is renewed, or due again.
 * One whose provider wants to be left alone for a while is passed over. null where there is none.
 */
export async function claimDueGrant(database: Database, now: number): Promise<DueGrant | null> {
  const findDue = (db: Database['read']) =>
    db
      .selectFrom('credential')
      .innerJoin('source', 'source.id', 'credential.source_id')
      .select(['credential.account_id', 'credential.source_id', 'kind', 'version'])
      .where('renew_unasked_at', '<=', now)
      .where('status', '=', 'ok')
      .where('source.deleted_at', 'is', null)
      .where(({ or, eb }) =>
        or([
          eb('renew_after', 'is', null),
          eb('renew_after', '<=', now),
          // A clock was set back.
          eb('renew_after', '>', now + longestWait),
        ]),
      )
      .orderBy('renew_unasked_at')
      .limit(1)
      .executeTakeFirst()
  // Nearly always there is none, and a write is not for nothing.
  if (!(await findDue(database.read))) return null
  return await database.write(async (tx) => {
    const row = await findDue(tx.db)
    if (!row) return null
    const { account_id: accountId, source_id: sourceId, kind, version } = row
    await tx.db
      .updateTable('credential')
      .set({ renew_unasked_at: now + putOff })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('kind', '=', kind)
      .execute()
    // Only grants have a date.
    return { accountId, sourceId, kind: kind as GrantKind, version, request_id: null }
  })
}

/** The source types that have grants of which it is not known when they die. */
export async function typesOfUndatedGrants({ read }: Pick<Database, 'read'>): Promise<string[]> {
  const rows = await read
    .selectFrom('credential')
    .innerJoin('source', 'source.id', 'credential.source_id')
    .select('source.type')
    .distinct()
    .where('kind', 'not in', ['form', 'token'])
    .where('status', '=', 'ok')
    .where(({ or, eb }) => or([eb('idle_death', 'is', null), eb('absolute_death', 'is', null)]))
    .execute()
  return rows.map(({ type }) => type)
}

/**
 * Gives grants their dates that were made, or last renewed, before their provider's traits were known: they may be near
 * their death already.
 */
export async function dateGrants(
  database: Database,
  { type, kind, traits }: { type: string; kind: GrantKind; traits: RefreshTraits },
): Promise<void> {
  const { idleDeath, absoluteDeath } = traits
  if (idleDeath === undefined && absoluteDeath === undefined) return
  await database.write(async (tx) => {
    const undated = () =>
      tx.db
        .updateTable('credential')
        .where('kind', '=', kind)
        .where('status', '=', 'ok')
        .where('names', 'like', '%"refresh_token"%')
        .where(({ exists, selectFrom, ref }) =>
          exists(
            selectFrom('source')
              .select('source.id')
              .where('source.id', '=', ref('credential.source_id'))
              .where('source.type', '=', type),
          ),
        )
    if (absoluteDeath !== undefined) {
      await undated()
        .set((eb) => ({ absolute_death: eb('consented_at', '+', absoluteDeath) }))
        .where('absolute_death', 'is', null)
        .where('consented_at', 'is not', null)
        .execute()
    }
    if (idleDeath !== undefined) {
      await undated()
        .set((eb) => ({
          idle_death: eb('updated_at', '+', idleDeath),
          // Spread as those of new grants are, by what tells them apart.
          renew_unasked_at: eb(
            eb('updated_at', '+', Math.floor(idleDeath / 2)),
            '+',
            eb(eb('source_id', '%', 100), '*', Math.floor(idleDeath / 400)),
          ),
        }))
        .where('idle_death', 'is', null)
        .execute()
    }
  })
}
