import { reportedStep } from '@bobbin/shared/steps'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../app-error.ts'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'
import { pageLinks } from './page-links.ts'

export function serveStreams(app: FastifyInstance, services: Services): void {
  const { sources, streams, database, registry } = services

  serveEndpoint(app, services, 'listStreams', async ({ accountId, params: { id }, query }) => {
    await sources.get(accountId, id)
    const { page, q } = query
    if (page === undefined && q === undefined) return (await streams.listSummaries(accountId, id)).items
    const number = page ?? 1
    const { items, total } = await streams.listSummaries(accountId, id, { ...query, page: number })
    const path = `/v4/sources/${id}/streams`
    return { data: items, page: number, total, links: pageLinks(path, { page: number, q, total }) }
  })

  serveEndpoint(app, services, 'getStream', async ({ accountId, params }) => {
    await sources.get(accountId, params.id)
    return streams.schemaOf(accountId, params.id, params.stream_id)
  })

  serveEndpoint(app, services, 'updateMetadata', async ({ accountId, params: { id }, body }) => {
    const { type } = await sources.get(accountId, id)
    const steps = registry.find(type)?.info.steps ?? []
    await database.write(async (tx) => {
      const step = reportedStep(steps, await sources.finishedSteps(accountId, id, tx))
      if (step !== 'field_selection' && step !== 'fully_configured') {
        throw new AppError('Conflict', {
          message: 'Streams can be selected once a check has succeeded.',
          data: { reason: 'step', step },
        })
      }
      await streams.updateMetadata(tx, accountId, id, body)
    })
    return { status: 200 as const }
  })

  serveEndpoint(app, services, 'getCatalog', async ({ accountId, params: { id } }) => {
    await sources.get(accountId, id)
    return streams.catalog(accountId, id)
  })
}
