import { sql } from 'kysely'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../app-error.ts'
import type { Services } from '../services.ts'

/** For load balancers and supervisors. `/healthz`: the process answers. `/readyz`: it can do its work. */
export function serveHealth(app: FastifyInstance, { database }: Pick<Services, 'database'>): void {
  app.get('/healthz', { exposeHeadRoute: true }, async () => ({ status: 'ok' }))

  app.get('/readyz', { exposeHeadRoute: true }, async (request) => {
    if (app.stopping.aborted) throw new AppError('Unavailable', { data: { reason: 'stopping' } })
    try {
      await sql`select 1`.execute(database.read)
    } catch (cause) {
      request.log.error({ err: cause }, 'the database does not answer')
      throw new AppError('Unavailable', { data: { reason: 'database' }, cause })
    }
    return { status: 'ready' }
  })
}
