import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import type { Config } from '../../config.ts'
import { isSecret, secretHash } from '../../ground/secret-hash.ts'
import type { Services } from '../../services.ts'
import { readBearer } from '../../http/bearer.ts'

/**
 * `GET /metrics` for Prometheus: with `BOBBIN_METRICS_TOKEN` as bearer. Where no token is set it is not
 * there in production, and in development only for this machine.
 */
export function serveMetrics(app: FastifyInstance, { config, metrics }: Services): void {
  app.get('/metrics', { config: { secretDoor: 'metrics' } }, async (request, reply) => {
    admit(config, request)
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

function admit({ metricsToken, isProduction }: Config, request: FastifyRequest): void {
  if (metricsToken === null) {
    const isHere = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
    if (isProduction || !isHere) throw new AppError('NotFound')
    return
  }
  const given = readBearer(request.headers.authorization) ?? ''
  if (!isSecret(given, secretHash(metricsToken))) throw new AppError('Unauthorized')
}
