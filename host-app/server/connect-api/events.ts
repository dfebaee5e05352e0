import { accountEvent } from '@bobbin/shared/api/events'
import type { FastifyInstance } from 'fastify'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'

export function serveEvents(app: FastifyInstance, services: Services): void {
  serveEndpoint(app, services, 'listEvents', async ({ accountId, query: { after } }) => {
    const events = await services.events.read(`account:${accountId}`, after)
    return { data: events.map((event) => accountEvent.parse(event)) }
  })
}
