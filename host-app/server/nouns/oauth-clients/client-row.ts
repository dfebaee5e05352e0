import type { Selectable } from 'kysely'
import type { OAuthClientView } from '@bobbin/shared/oauth-client'
import { isoTime } from '../../ground/iso-time.ts'
import type { Tables } from '../../store/tables.ts'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { OAuthClient } from './oauth-client.ts'

export type OAuthClientRow = Selectable<Tables['oauth_client']>

/** A client as it goes out: without its secret. */
export function oauthClientOf(row: OAuthClientRow): OAuthClientView {
  return {
    id: row.id,
    type: row.type,
    client_id: row.client_id,
    name: row.name,
    is_default: row.is_default === 1,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
  }
}

type Sealed = Pick<OAuthClientRow, 'id' | 'account_id'>

export function sealSecret(keyRing: Pick<KeyRing, 'seal'>, row: Sealed, secret: string): string {
  return keyRing.seal(secret, contextOf(row))
}

/** Never answer, log or throw it. @throws {SealError} */
export function openClient(keyRing: Pick<KeyRing, 'open'>, row: OAuthClientRow): OAuthClient {
  return { id: row.client_id, secret: keyRing.open(row.sealed, contextOf(row)) }
}

/** Whose it is belongs to it: moved to another account it does not open. */
function contextOf({ id, account_id: accountId }: Sealed): SealContext {
  return ['oauth_client', accountId ?? 'operator', id]
}

export const sealedClientSecrets = sealedColumn({
  table: 'oauth_client',
  column: 'sealed',
  columns: ['id', 'account_id'],
  contextOf,
})
