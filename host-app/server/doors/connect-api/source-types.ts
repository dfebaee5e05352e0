import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { serveEndpoint } from '../../http/serve-endpoint.ts'
import type { Services } from '../../services.ts'
import { sourceType } from '../../nouns/sources/report-card.ts'

export function serveSourceTypes(app: FastifyInstance, services: Services): void {
  const { registry } = services

  serveEndpoint(app, services, 'listSourceTypes', async () =>
    registry.list().map(({ info }) => sourceType(info)),
  )

  serveEndpoint(app, services, 'getSourceType', async ({ params: { type } }) => {
    const connector = registry.find(type)
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    return sourceType(connector.info)
  })
}
