import type { EphemeralTokens } from '../../nouns/tokens/tokens.ts'
import type { ConnectApi } from './connect-api.ts'

export function serveSessions(
  door: ConnectApi,
  { ephemeralTokens }: { ephemeralTokens: Pick<EphemeralTokens, 'create'> },
): void {
  door.write('createEphemeralToken', async ({ accountId, caller, body }, tx) => ({
    ephemeral_token: await ephemeralTokens.create(tx, accountId, body, caller.tokenId),
  }))
}
