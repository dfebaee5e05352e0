import type { OAuthClientView } from '@bobbin/shared/oauth-client'
import { etagOf, requireMatch, sendEtag } from '../../http/etag.ts'
import type { OAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { Sources } from '../../nouns/sources/sources.ts'
import type { ConnectApi } from './connect-api.ts'

export function serveOAuthClients(
  door: ConnectApi,
  { oauthClients, sources }: { oauthClients: OAuthClients; sources: Pick<Sources, 'forgetOAuthClient'> },
): void {
  door.serve('listOAuthClients', async ({ accountId }) => oauthClients.list(accountId))

  door.write('createOAuthClient', async ({ accountId, body }, tx) => oauthClients.create(tx, accountId, body))

  door.serve('getOAuthClient', async ({ accountId, params: { id }, reply }) => {
    const client = await oauthClients.get(accountId, id)
    sendEtag(reply, clientEtag(client))
    return client
  })

  door.write('updateOAuthClient', async ({ accountId, params: { id }, body, request, reply }, tx) => {
    requireMatch(request, clientEtag(await oauthClients.get(accountId, id, tx)))
    const client = await oauthClients.update(tx, accountId, id, body)
    sendEtag(reply, clientEtag(client))
    return client
  })

  door.write('deleteOAuthClient', async ({ accountId, params: { id }, query }, tx) => {
    const client = await oauthClients.remove(tx, accountId, id, { force: query.force === 'true' })
    await sources.forgetOAuthClient(tx, accountId, id)
    return client
  })
}

/** Every change has its time, that of a secret too, of which nothing else is to be seen. */
function clientEtag({ name, is_default: isDefault, updated_at: updatedAt }: OAuthClientView): string {
  return etagOf(name, isDefault, updatedAt)
}
