import { sql } from 'kysely'
import type { Reader } from '../../store/database.ts'
import type { GivenUpRow } from '../credentials/credentials.ts'

/**
 * Who uses another grant of the account at the provider, as far as its name tells, by a client of one of these names (null: by
 * any): what ends all that a person gave that client would end that one as well. Ours come before others; within one account
 * of ours a grant without a name may be the same.
 */
export async function usedBy(
  db: Reader,
  { account_id: accountId, external_account: name }: GivenUpRow,
  { type, clients }: { type: string; clients: readonly (string | null)[] | null },
): Promise<'this account' | 'another' | null> {
  const placed = await db
    .selectFrom('source')
    .innerJoin('credential', 'credential.source_id', 'source.id')
    .select((eb) => eb('source.account_id', '=', accountId).as('is_ours'))
    .where('source.type', '=', type)
    .where('source.deleted_at', 'is', null)
    .where('credential.kind', '=', 'oauth')
    .where('credential.status', '=', 'ok')
    .where(isOfOne('credential.oauth_client_id', clients))
    .where((eb) => {
      const isOurs = eb('source.account_id', '=', accountId)
      if (name === null) return isOurs
      const isNameless = eb('source.external_account', 'is', null)
      return eb.or([eb('source.external_account', '=', name), eb.and([isOurs, isNameless])])
    })
    .orderBy('is_ours', 'desc')
    .limit(1)
    .executeTakeFirst()
  // What waits for the person's answer may be about to take its place.
  const found =
    placed ??
    (await db
      .selectFrom('grant_aside')
      .innerJoin('source', 'source.id', 'grant_aside.source_id')
      .select((eb) => eb('source.account_id', '=', accountId).as('is_ours'))
      .where('source.type', '=', type)
      .where(isOfOne('grant_aside.oauth_client_id', clients))
      .where('grant_aside.external_account', name === null ? 'is' : '=', name)
      .orderBy('is_ours', 'desc')
      .limit(1)
      .executeTakeFirst())
  return found ? (found.is_ours ? 'this account' : 'another') : null
}

function isOfOne(column: string, clients: readonly (string | null)[] | null) {
  if (clients === null) return sql<boolean>`1 = 1`
  const named = clients.filter((id) => id !== null)
  const ofSettings = named.length < clients.length ? sql`${sql.ref(column)} is null` : sql`1 = 0`
  if (named.length === 0) return sql<boolean>`${ofSettings}`
  return sql<boolean>`(${ofSettings} or ${sql.ref(column)} in (${sql.join(named)}))`
}
