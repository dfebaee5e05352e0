import type { Transaction } from '../../store/database.ts'
import type { GrantVersion } from './refresh-lease.ts'

/** Notes how long the access token of a version lives from now on, in milliseconds, unless its row changed meanwhile. */
export async function noteLifetime(
  tx: Transaction,
  { accountId, sourceId, kind, version }: GrantVersion,
  { lifetime, now }: { lifetime: number; now: number },
): Promise<void> {
  await tx.db
    .updateTable('credential')
    .set({ expires_at: now + lifetime, token_lifetime: lifetime })
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .execute()
}
