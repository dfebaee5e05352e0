import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import packageJson from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import { openApiDocument } from './document.ts'
import { referencePage } from './reference-page.ts'

const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the document and the reference page. They are the same until the next start: made once, then confirmed. */
export function serveOpenApi(app: FastifyInstance, { config }: { config: Pick<Config, 'url'> }): void {
  const document = openApiDocument({ url: config.url, version: packageJson.version })
  const style = readFileSync(new URL('reference.css', import.meta.url), 'utf8')

  serve('/openapi.json', 'application/json', JSON.stringify(document), {
    // Nothing in it is secret, and tools in other people's pages read it.
    'Access-Control-Allow-Origin': '*',
  })
  serve('/docs', 'text/html', referencePage(document), { 'Content-Security-Policy': pagePolicy })
  serve('/docs/reference.css', 'text/css', style)

  function serve(path: string, type: string, text: string, headers: Readonly<Record<string, string>> = {}) {
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    app.get(path, (request, reply) => {
      reply.headers({
        'Content-Type': `${type}; charset=utf-8`,
        'Cache-Control': 'public, max-age=300',
        ETag: etag,
        ...headers,
      })
      if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send()
      return reply.send(text)
    })
  }
}
