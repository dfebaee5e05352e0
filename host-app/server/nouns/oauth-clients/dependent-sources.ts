import type { Reader } from '../../store/database.ts'
import type { GrantKind } from '../credentials/credentials.ts'

interface SourceKey {
  readonly accountId: number
  readonly sourceId: number
}

/**
 * The sources that need the client: authorized by it, about to be, set to be, or on their way to be revoked; each once, at
 * most as many as said.
 */
export async function dependentSources(db: Reader, id: string, most: number): Promise<SourceKey[]> {
  const needing = await db
    .selectFrom('credential')
    .select(['account_id', 'source_id'])
    .where('oauth_client_id', '=', id)
    .where('status', '=', 'ok')
    .union(db.selectFrom('grant_aside').select(['account_id', 'source_id']).where('oauth_client_id', '=', id))
    .union(
      db.selectFrom('given_up_grant').select(['account_id', 'source_id']).where('oauth_client_id', '=', id),
    )
    .union(
      db
        .selectFrom('source')
        .select(['account_id', 'id as source_id'])
        .where('oauth_client_id', '=', id)
        .where('deleted_at', 'is', null),
    )
    .orderBy('source_id')
    .limit(most)
    .execute()
  return needing.map(({ account_id, source_id }) => ({ accountId: account_id, sourceId: source_id }))
}

/** The grants that it issued, as far as they still count; those beside the main one, too. */
export async function issuedBy(db: Reader, id: string): Promise<(SourceKey & { kind: GrantKind })[]> {
  const rows = await db
    .selectFrom('credential')
    .select(['account_id', 'source_id', 'kind'])
    .where('oauth_client_id', '=', id)
    .where('status', '=', 'ok')
    .orderBy('source_id')
    .orderBy('kind')
    .execute()
  return rows.flatMap(({ account_id, source_id, kind }) =>
    kind === 'form' || kind === 'token' ? [] : [{ accountId: account_id, sourceId: source_id, kind }],
  )
}
