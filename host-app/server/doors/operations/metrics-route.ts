import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { isSecret, secretHash } from '../../ground/secret-hash.ts'
import type { Metrics } from '../../ground/metrics.ts'
import { readBearer } from '../../http/bearer.ts'

/** Who may read them. */
interface MetricsSettings {
  /** null: this machine only, and nobody in production. */
  readonly metricsToken: string | null
  readonly isProduction: boolean
}

/**
 * `GET /metrics` for Prometheus: with `BOBBIN_METRICS_TOKEN` as bearer. Where no token is set it is not
 * there in production, and in development only for this machine.
 */
export function serveMetrics(
  app: FastifyInstance,
  { config, metrics }: { config: MetricsSettings; metrics: Pick<Metrics, 'registry'> },
): void {
  app.get('/metrics', { config: { secret: 'metrics' } }, async (request, reply) => {
    admit(config, request)
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

function admit({ metricsToken, isProduction }: MetricsSettings, request: FastifyRequest): void {
  if (metricsToken === null) {
    const isHere = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
    if (isProduction || !isHere) throw new AppError('NotFound')
    return
  }
  const given = readBearer(request.headers.authorization) ?? ''
  if (!isSecret(given, secretHash(metricsToken))) throw new AppError('Unauthorized')
}
