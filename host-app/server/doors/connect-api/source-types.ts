import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { ConnectApi } from './connect-api.ts'
import { sourceType } from '../../nouns/sources/sources.ts'

export function serveSourceTypes(door: ConnectApi, { registry }: { registry: Registry }): void {
  door.serve('listSourceTypes', async () => registry.list().map(({ info }) => sourceType(info)))

  door.serve('getSourceType', async ({ params: { type } }) => {
    const connector = registry.find(type)
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    return sourceType(connector.info)
  })
}
