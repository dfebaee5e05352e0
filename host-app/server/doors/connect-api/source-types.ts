import { sourceType as sourceTypeSchema, type SourceType } from '@bobbin/shared/source'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { JsonStream } from '../../http/json-stream.ts'
import type { OAuthClients, Reach } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { ConnectApi } from './connect-api.ts'
import { sourceType } from '../../nouns/sources/sources.ts'

export function serveSourceTypes(
  door: ConnectApi,
  {
    registry,
    oauthClients,
    config: { url },
  }: { registry: Registry; oauthClients: Pick<OAuthClients, 'reach'>; config: { readonly url: string } },
): void {
  door.serve('listSourceTypes', async ({ accountId }) => {
    return new JsonStream('[', all(await oauthClients.reach(accountId)), ']')
  })

  door.serve('getSourceType', async ({ accountId, params: { type } }) => {
    const info = registry.find(type)?.info
    if (!info) throw new AppError('UnknownSourceType', { data: { type } })
    return sourceType(info, (await oauthClients.reach(accountId)).methodsOf(info), url)
  })

  /** The one list with everybody's settings: each connector is loaded when its turn comes. */
  async function* all(reach: Reach): AsyncGenerator<SourceType[]> {
    for (const { type } of registry.list()) {
      const info = registry.find(type)?.info
      if (info) yield [sourceTypeSchema.parse(sourceType(info, reach.methodsOf(info), url))]
    }
  }
}
