import type { Reader } from '../../store/database.ts'
import type { GivenUpRow } from '../credentials/credentials.ts'

/**
 * Whether the account at the provider is connected by another grant, as far as its name tells, whosever source that
 * is: what ends all that a person gave our client would end that one as well. Within one account of ours a grant without
 * a name may be the same.
 */
export async function isInUse(
  db: Reader,
  { account_id: accountId, external_account: name }: GivenUpRow,
  type: string,
): Promise<boolean> {
  const placed = await db
    .selectFrom('source')
    .innerJoin('credential', 'credential.source_id', 'source.id')
    .select('source.id')
    .where('source.type', '=', type)
    .where('source.deleted_at', 'is', null)
    .where('credential.kind', '=', 'oauth')
    .where('credential.status', '=', 'ok')
    .where((eb) => {
      const isOurs = eb('source.account_id', '=', accountId)
      if (name === null) return isOurs
      const isNameless = eb('source.external_account', 'is', null)
      return eb.or([eb('source.external_account', '=', name), eb.and([isOurs, isNameless])])
    })
    .limit(1)
    .executeTakeFirst()
  if (placed) return true
  // What waits for the person's answer may be about to take its place.
  const aside = await db
    .selectFrom('grant_aside')
    .innerJoin('source', 'source.id', 'grant_aside.source_id')
    .select('grant_aside.flow_id')
    .where('source.type', '=', type)
    .where('grant_aside.external_account', name === null ? 'is' : '=', name)
    .limit(1)
    .executeTakeFirst()
  return aside !== undefined
}
