import type { SourceType } from '@bobbin/shared/source'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { nextTurn } from '../../ground/next-turn.ts'
import type { ConnectApi } from './connect-api.ts'
import { sourceType } from '../../nouns/sources/sources.ts'

export function serveSourceTypes(
  door: ConnectApi,
  { registry, config: { url } }: { registry: Registry; config: { readonly url: string } },
): void {
  // The one list with everybody's settings: it loads all connectors, and lets others be answered in between.
  door.serve('listSourceTypes', async () => {
    const types: SourceType[] = []
    for (const { type } of registry.list()) {
      const connector = registry.find(type)
      if (connector) types.push(sourceType(connector.info, url))
      await nextTurn()
    }
    return types
  })

  door.serve('getSourceType', async ({ params: { type } }) => {
    const connector = registry.find(type)
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    return sourceType(connector.info, url)
  })
}
