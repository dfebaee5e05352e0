import type { Registry } from '../../../connectors/registry.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { longNotice, shortNotice } from './grant-end.ts'
import { type GrantKind, roleOf } from './grant-kind.ts'

const perSweep = 500

interface Parts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly events: FeedWriter
  readonly now: () => number
}

/**
 * Tells accounts of grants that end soon, and that only the person can give anew: because the provider gave no refresh
 * token and renews by nothing else once their time is over, or lets no grant live longer. Once for each grant: a new authorization is told of anew.
 */
export async function tellExpiringGrants({ database, registry, events, now }: Parts): Promise<void> {
  await database.write(async (tx) => {
    for (const { kind, version, ends, type, ...place } of await findUnrenewable(tx, now())) {
      await ofGrant(tx, { ...place, kind })
        .set({ warned_version: version })
        .execute()
      const renewal = kind === 'oauth' && type !== null ? registry.find(type)?.oauth?.renewal : undefined
      if (renewal && !renewal.whileAlive) continue
      await tell(tx, events, { ...place, kind, ends })
    }
    for (const grant of await findDying(tx, now())) {
      await ofGrant(tx, grant).set({ death_told_at: now() }).execute()
      await tell(tx, events, grant)
    }
  })
}

interface Place {
  readonly account_id: number
  readonly source_id: number
  readonly kind: string
}

/** What settings were exchanged for is fetched anew. */
const noGrants = ['form', 'token'] as const

async function findUnrenewable({ db }: Transaction, now: number) {
  return await db
    .selectFrom('credential')
    .leftJoin('source', 'source.id', 'credential.source_id')
    .select(['credential.account_id', 'source_id', 'kind', 'version', 'expires_at as ends', 'source.type'])
    .where('kind', 'not in', noGrants)
    .where('status', '=', 'ok')
    .where('expires_at', '<=', now + shortNotice)
    .where('names', 'not like', '%"refresh_token"%')
    .where((eb) => eb.or([eb('warned_version', 'is', null), eb('warned_version', '<>', eb.ref('version'))]))
    .limit(perSweep)
    .execute()
}

/** By the rule of `endOf`. */
async function findDying({ db }: Transaction, now: number) {
  return await db
    .selectFrom('credential')
    .select(['account_id', 'source_id', 'kind', 'absolute_death as ends'])
    .where('kind', 'not in', noGrants)
    .where('status', '=', 'ok')
    .where('absolute_death', '<=', now + longNotice)
    .where('names', 'like', '%"refresh_token"%')
    .where('death_told_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('consented_at', 'is', null),
        // A third of it is left: 3 (death - now) <= death - consent.
        eb(eb(eb('absolute_death', '*', 2), '+', eb.ref('consented_at')), '<=', 3 * now),
      ]),
    )
    .limit(perSweep)
    .execute()
}

function ofGrant(tx: Transaction, { account_id: accountId, source_id: sourceId, kind }: Place) {
  return tx.db
    .updateTable('credential')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind as GrantKind)
}

async function tell(
  tx: Transaction,
  events: FeedWriter,
  { account_id: accountId, source_id: sourceId, kind, ends }: Place & { readonly ends: number | null },
): Promise<void> {
  const role = roleOf(kind as GrantKind)
  await tellAccount(tx, events, accountId, 'credentials.expiring', {
    source_id: sourceId,
    ...(role !== null && { role }),
    expires_at: new Date(ends ?? 0).toISOString(),
  })
}
