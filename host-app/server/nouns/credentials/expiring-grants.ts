import type { Registry } from '../../../connectors/registry.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { Database } from '../../store/database.ts'
import { roleOf } from './grant-kind.ts'

const soon = 86_400_000
const perSweep = 500

/**
 * Tells accounts of grants that end within a day and that we cannot renew, because the provider gave no
 * refresh token and renews by nothing else once their time is over. Once for each version of a grant: a new authorization
 * is told of anew.
 */
export async function tellExpiringGrants({
  database,
  registry,
  events,
  now,
}: {
  database: Database
  registry: Pick<Registry, 'find'>
  events: FeedWriter
  now: () => number
}): Promise<void> {
  await database.write(async (tx) => {
    const grants = await tx.db
      .selectFrom('credential')
      .leftJoin('source', 'source.id', 'credential.source_id')
      .select(['credential.account_id', 'source_id', 'kind', 'version', 'expires_at', 'source.type'])
      // What settings were exchanged for is fetched anew.
      .where('kind', 'not in', ['form', 'token'])
      .where('status', '=', 'ok')
      .where('expires_at', '<=', now() + soon)
      .where('names', 'not like', '%"refresh_token"%')
      .where((eb) => eb.or([eb('warned_version', 'is', null), eb('warned_version', '<>', eb.ref('version'))]))
      .limit(perSweep)
      .execute()
    for (const {
      account_id: accountId,
      source_id: sourceId,
      kind,
      version,
      expires_at: expiresAt,
      type,
    } of grants) {
      await tx.db
        .updateTable('credential')
        .set({ warned_version: version })
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', '=', kind)
        .execute()
      const role = roleOf(kind)
      const renewal = role === null && type !== null ? registry.find(type)?.oauth?.renewal : undefined
      if (renewal && !renewal.whileAlive) continue
      await tellAccount(tx, events, accountId, 'credentials.expiring', {
        source_id: sourceId,
        ...(role !== null && { role }),
        expires_at: new Date(expiresAt ?? 0).toISOString(),
      })
    }
  })
}
