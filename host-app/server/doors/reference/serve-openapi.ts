import { existsSync, readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import packageJson from '../../../package.json' with { type: 'json' }
import { etagOf, isKnown, sendEtag } from '../../http/etag.ts'
import { openApiDocument } from './document.ts'

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Redoc's styles are made in the page. No other page of ours allows this.
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  // Its search works in a thread of its own.
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const builtPage = new URL('../../../dist/reference/page.html', import.meta.url)

/**
 * Serves the document and the page to read it. They are the same until the next start: made when they are first asked
 * for, as a start waits for nothing that nobody may want, then confirmed.
 */
export function serveOpenApi(app: FastifyInstance, { url }: { readonly url: string }): void {
  const document = () => openApiDocument({ url, version: packageJson.version })
  serve('/openapi.json', 'application/json', () => JSON.stringify(document()), {
    // Nothing in it is secret, and tools in other people's pages read it.
    'Access-Control-Allow-Origin': '*',
  })
  if (existsSync(builtPage)) {
    const page = () => readFileSync(builtPage, 'utf8')
    serve('/docs', 'text/html', page, { 'Content-Security-Policy': pagePolicy })
  } else {
    app.log.warn({ path: '/docs' }, 'nothing is built to be served here; run npm run build')
  }

  function serve(
    path: string,
    type: string,
    make: () => string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    let made: { text: string; etag: string } | null = null
    app.get(path, (request, reply) => {
      const { text, etag } = (made ??= tagged(make()))
      reply.headers({
        'Content-Type': `${type}; charset=utf-8`,
        'Cache-Control': 'public, max-age=300',
        ...headers,
      })
      sendEtag(reply, etag)
      if (isKnown(request, reply)) return reply.code(304).send()
      return reply.send(text)
    })
  }
}

const tagged = (text: string) => ({ text, etag: etagOf(text) })
