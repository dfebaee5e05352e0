import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** JSON may also come as `text/plain`, which a page can send across origins without a preflight. */
    acceptsText?: boolean
    /** What the refusal of a body that is too large adds. */
    howToSplit?: string
  }
}

/** Bodies are JSON and nothing else, except where a route says so. An empty body is no body. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    parse(body, done)
  })
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (request: FastifyRequest, body, done) => {
    if (request.routeOptions.config.acceptsText || body.length === 0) parse(body, done)
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE())
  })
}

function parse(body: string | Buffer, done: (error: Error | null, value?: unknown) => void): void {
  // A byte order mark counts as blank, and is none of JSON's.
  const text = body.toString()
  if (text.trim() === '') return done(null, undefined)
  try {
    const value: unknown = JSON.parse(text.trim())
    done(null, value)
  } catch (cause) {
    done(
      new AppError('InvalidBody', {
        message: 'The body is not valid JSON.',
        data: { reason: 'json' },
        cause,
      }),
    )
  }
}
