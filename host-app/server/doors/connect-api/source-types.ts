import { sourceType as sourceTypeSchema, type SourceType } from '@bobbin/shared/source'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { JsonStream } from '../../http/json-stream.ts'
import type { ConnectApi } from './connect-api.ts'
import { sourceType } from '../../nouns/sources/sources.ts'

export function serveSourceTypes(
  door: ConnectApi,
  { registry, config: { url } }: { registry: Registry; config: { readonly url: string } },
): void {
  door.serve('listSourceTypes', async () => new JsonStream('[', all(), ']'))

  door.serve('getSourceType', async ({ params: { type } }) => {
    const connector = registry.find(type)
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    return sourceType(connector.info, url)
  })

  /** The one list with everybody's settings: each connector is loaded when its turn comes. */
  async function* all(): AsyncGenerator<SourceType[]> {
    for (const { type } of registry.list()) {
      const connector = registry.find(type)
      if (connector) yield [sourceTypeSchema.parse(sourceType(connector.info, url))]
    }
  }
}
