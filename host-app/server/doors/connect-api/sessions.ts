import type { FastifyInstance } from 'fastify'
import { serveWrite } from '../../http/serve-endpoint.ts'
import type { Services } from '../../services.ts'

export function serveSessions(app: FastifyInstance, services: Services): void {
  serveWrite(app, services, 'createEphemeralToken', async ({ accountId, caller, body }, tx) => ({
    ephemeral_token: await services.ephemeralTokens.create(tx, accountId, body, caller.tokenId),
  }))
}
