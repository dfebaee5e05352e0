import type { FastifyInstance, FastifyRequest } from 'fastify'

/** The largest form that is read, in bytes. */
const bodyLimit = 32 * 1024

/** Bodies of these routes are what browsers and OAuth clients send: forms. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  )
}

export function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams()
}
