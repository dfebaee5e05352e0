import type { FastifyInstance } from 'fastify'
import { serveEndpoint, serveWrite } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'
import { summariesPerPage } from '../streams/stream-summaries.ts'
import { pageLinks } from './page-links.ts'

export function serveStreams(app: FastifyInstance, services: Services): void {
  const { sources, streams } = services

  serveEndpoint(app, services, 'listStreams', async ({ accountId, params: { id }, query }) => {
    await sources.get(accountId, id)
    const { page, q } = query
    if (page === undefined && q === undefined) return (await streams.listSummaries(accountId, id)).items
    const number = page ?? 1
    const { items, total } = await streams.listSummaries(accountId, id, { ...query, page: number })
    const path = `/v4/sources/${id}/streams`
    return {
      data: items,
      page: number,
      total,
      links: pageLinks(path, { page: number, pageSize: summariesPerPage, q, total }),
    }
  })

  serveEndpoint(app, services, 'getStream', async ({ accountId, params }) => {
    await sources.get(accountId, params.id)
    return streams.schemaOf(accountId, params.id, params.stream_id)
  })

  serveWrite(app, services, 'updateMetadata', async ({ accountId, params: { id }, body }, tx) => {
    await streams.updateMetadata(tx, accountId, id, body)
    return { status: 200 as const }
  })

  serveEndpoint(app, services, 'getCatalog', async ({ accountId, params: { id } }) => {
    await sources.get(accountId, id)
    return streams.catalog(accountId, id)
  })
}
