import type { FastifyInstance } from 'fastify'
import { serveEndpoint } from '../http/serve-endpoint.ts'
import type { Services } from '../services.ts'

export function serveSessions(app: FastifyInstance, services: Services): void {
  serveEndpoint(app, services, 'createEphemeralToken', async ({ accountId, body }) => ({
    ephemeral_token: await services.sessions.create(accountId, body),
  }))
}
