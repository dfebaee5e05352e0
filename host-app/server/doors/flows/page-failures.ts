import type { FastifyReply, FastifyRequest } from 'fastify'
import { outageOf } from '../../ground/outage.ts'
import type { SendPage } from '../../http/wizard-page.ts'

/** For routes that a person reads, failures included. */
export function failingAsPages(sendPage: SendPage) {
  return {
    errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
      const outage = outageOf(error)
      request.log.error({ err: error }, outage?.message ?? 'a page failed for a reason of our own')
      if (outage) return sendPage(reply, { kind: 'notice', notice: 'unavailable' }, 503)
      return sendPage(reply, { kind: 'notice', notice: 'failed' }, 500)
    },
  }
}
