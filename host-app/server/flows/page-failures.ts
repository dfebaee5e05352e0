import type { FastifyReply, FastifyRequest } from 'fastify'
import { StorageError } from '../storage/storage-error.ts'
import type { SendPage } from './wizard-page.ts'

/** For routes that a person reads, failures included. */
export function failingAsPages(sendPage: SendPage) {
  return {
    errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
      const isPassing = error instanceof StorageError
      const cause = isPassing
        ? `the store cannot be used: ${error.message}`
        : 'a page failed for a reason of our own'
      request.log.error({ err: error }, cause)
      if (isPassing) return sendPage(reply, { kind: 'notice', notice: 'unavailable' }, 503)
      return sendPage(reply, { kind: 'notice', notice: 'failed' }, 500)
    },
  }
}
