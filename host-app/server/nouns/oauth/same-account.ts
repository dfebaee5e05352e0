import { isDeepStrictEqual } from 'node:util'
import type { Registry } from '../../../connectors/registry.ts'
import type { Reader, Transaction } from '../../store/database.ts'
import { type SourceRow, signsInByOAuth } from '../sources/sources.ts'
import { endpointSettingsOf } from './provider-place.ts'

/**
 * The other sources of our account that are connected with this account of the same provider, at the same place, the oldest
 * first. One whose authorization has ended is among them: it waits for another.
 */
export async function connectedWith(
  db: Reader | Transaction['db'],
  { find }: Pick<Registry, 'find'>,
  source: SourceRow,
  externalAccount: string,
): Promise<SourceRow[]> {
  const connector = find(source.type)
  if (!connector) return []
  const rows = await db
    .selectFrom('source')
    .selectAll()
    .where('account_id', '=', source.account_id)
    .where('type', '=', source.type)
    .where('external_account', '=', externalAccount)
    .where('deleted_at', 'is', null)
    .where('id', '!=', source.id)
    .orderBy('id')
    .execute()
  const place = endpointSettingsOf(connector, source)
  return rows.filter(
    (row) => signsInByOAuth(connector, row) && isDeepStrictEqual(endpointSettingsOf(connector, row), place),
  )
}
