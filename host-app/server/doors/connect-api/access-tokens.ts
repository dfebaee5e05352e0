import type { AccessTokenRow, AccessTokens } from '../../nouns/tokens/tokens.ts'
import type { Caller } from '../../http/caller.ts'
import type { ConnectApi } from './connect-api.ts'
import { isoTime } from '../../ground/iso-time.ts'

export function serveAccessTokens(
  door: ConnectApi,
  { accessTokens }: { accessTokens: Pick<AccessTokens, 'create' | 'list' | 'revoke'> },
): void {
  door.write('createAccessToken', async ({ accountId, body }, tx) => {
    const { accessToken, row } = await accessTokens.create(tx, accountId, body?.name)
    return { ...wireNamed(row), access_token: accessToken }
  })

  door.serve('listAccessTokens', async ({ accountId, caller }) =>
    (await accessTokens.list(accountId)).map((row) => wireToken(row, caller)),
  )

  door.write('revokeAccessToken', async ({ accountId, caller, params, query }, tx) => {
    const row = await accessTokens.revoke(tx, accountId, params.token_id, { force: query.force === 'true' })
    return wireToken(row, caller)
  })
}

function wireNamed({ id, name, prefix, created_at }: AccessTokenRow) {
  return { id, name, prefix, created_at: isoTime(created_at) }
}

function wireToken(row: AccessTokenRow, { tokenId }: Caller) {
  return {
    ...wireNamed(row),
    last_used_at: isoTime(row.last_used_at),
    revoked_at: isoTime(row.revoked_at),
    is_current: row.id === tokenId,
  }
}
