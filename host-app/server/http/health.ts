import type { FastifyInstance } from 'fastify'
import { AppError } from '../app-error.ts'
import type { Services } from '../services.ts'
import { readHistory } from '../storage/migrate.ts'

/** For load balancers and supervisors. `/healthz`: the process answers. `/readyz`: it can do its work. */
export function serveHealth(app: FastifyInstance, { database }: Pick<Services, 'database'>): void {
  app.get('/healthz', { exposeHeadRoute: true }, async () => ({ status: 'ok' }))

  app.get('/readyz', { exposeHeadRoute: true }, async (request) => {
    if (app.stopping.aborted) throw new AppError('Unavailable', { data: { reason: 'stopping' } })
    try {
      // Takes the write lock and gives it back: nothing is changed, so nothing waits for the disk.
      const { pending } = await database.write((tx) => readHistory(tx.db))
      if (pending.length === 0) return { status: 'ready' }
    } catch (cause) {
      request.log.error({ err: cause }, 'the database cannot be written')
      throw new AppError('Unavailable', { data: { reason: 'database' }, cause })
    }
    throw new AppError('Unavailable', { data: { reason: 'migrations' } })
  })
}
