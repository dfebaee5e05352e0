import type { NewGrant } from '../credentials/grant-aside.ts'
import { tellAccount } from '../events/account-feed.ts'
import { changeSource } from '../sources/source-row.ts'
import type { Transaction } from '../../store/database.ts'
import type { OAuthParts } from './oauth.ts'

interface Place {
  readonly accountId: number
  readonly sourceId: number
}

/**
 * Puts the grant in place of the source's old one: credentials, the source's new version and the event, all
 * in the caller's write. False when the source was deleted while the person was at the provider.
 */
export async function keepGrant(
  { credentials, events, now }: OAuthParts,
  tx: Transaction,
  { accountId, sourceId }: Place,
  { values, expiresAt, externalAccount }: NewGrant,
): Promise<boolean> {
  const { numUpdatedRows } = await changeSource(tx, accountId, sourceId)
    .set((eb) => ({
      settings_version: eb('settings_version', '+', 1),
      // The new authorization may be for another account than the old one.
      external_account: externalAccount,
      updated_at: now(),
    }))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await credentials.save(tx, { accountId, sourceId, kind: 'oauth', values, expiresAt })
  await tellAccount(tx, events, accountId, 'source.authorized', { source_id: sourceId })
  return true
}
