import type { FastifyInstance } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import type { SendPage } from './wizard-page.ts'

/** The host's own address: a page for whoever looks there. */
export function serveHome(app: FastifyInstance, sendPage: SendPage): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: (_request, reply) => sendPage(reply, { kind: 'home' }),
  })
}

/** What leads nowhere: a page for a person, the envelope for a program. */
export function serveNowhere(app: FastifyInstance, sendPage: SendPage): void {
  app.get('/*', (request, reply) => {
    if (!request.headers.accept?.includes('text/html')) throw new AppError('NotFound')
    return sendPage(reply, { kind: 'notice', notice: 'not_found' }, 404)
  })
}
