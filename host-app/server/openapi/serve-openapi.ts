import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import packageJson from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import { openApiDocument } from './document.ts'

/** Serves the document. It is the same until the next start: made once, and then only confirmed. */
export function serveOpenApi(app: FastifyInstance, { config }: { config: Pick<Config, 'url'> }): void {
  const document = JSON.stringify(openApiDocument({ url: config.url, version: packageJson.version }))
  const etag = `"${createHash('sha256').update(document).digest('base64url').slice(0, 22)}"`

  app.get('/openapi.json', (request, reply) => {
    reply.headers({
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
      // Nothing in it is secret, and tools in other people's pages read it.
      'Access-Control-Allow-Origin': '*',
      ETag: etag,
    })
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send()
    return reply.send(document)
  })
}
