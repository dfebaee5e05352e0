import type { FastifyInstance } from 'fastify'
import { countReplies } from './http/count-replies.ts'
import { createHttpServer } from './http/http-server.ts'
import { limitCalls } from './http/limit-calls.ts'
import { limitRefusedAttempts } from './http/refused-attempts.ts'
import { registerRoutes } from './routes.ts'
import type { Services } from './services.ts'

/** The whole host app as one Fastify instance; it listens to nothing yet. */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const app = createHttpServer(services.config, services.log)
  countReplies(app, services.metrics)
  limitRefusedAttempts(app, services.config.rateLimits.refused, services.now)
  await limitCalls(app, services.config.rateLimits)
  await registerRoutes(app, services)
  return app
}
