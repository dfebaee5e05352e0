import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../ground/metrics.ts'

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])

/** Counts every reply under the pattern of its route: an address that leads nowhere makes no label of its own. */
export function countReplies(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    const method = methods.has(request.method) ? request.method : 'other'
    metrics.httpRequests.inc({ route, method, status: reply.statusCode })
    // A stream lasts as long as somebody listens: that says nothing of how quick we are.
    const isStream = String(reply.raw.getHeader('content-type')).startsWith('text/event-stream')
    if (!isStream) metrics.httpDuration.observe({ route, method }, reply.elapsedTime / 1_000)
  })
}
