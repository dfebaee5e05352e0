import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Paths that pages of any origin may load or call. Nothing under them looks at a cookie. */
const openPaths = ['/client/', '/flows/'] as const

/** What every single reply of the host carries, whoever wrote it. A page adds its own policy on top. */
export function commonHeaders({ url }: { url: string }): Record<string, string> {
  return {
    // Stated, so that no proxy's default cuts the wizard off from the page that opened it.
    'Cross-Origin-Opener-Policy': 'unsafe-none',
    // Not no-referrer: with it browsers send `Origin: null` from our own forms.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    ...(url.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  }
}

/**
 * Writes the headers before anything else can answer. They go onto Node's own response, so that they are
 * there however the reply is sent: by Fastify, by a stream that took the socket over, by an error.
 */
export function writeHeaders(
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.setHeader('X-Request-Id', requestId)
  if (openPaths.some((path) => request.url?.startsWith(path))) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  }
}

/**
 * Answers the browser's question whether a page may call a flow. Nothing that comes along decides anything, so
 * whatever headers the page's own scripts add (for tracing, for an app's own back end) are welcome.
 */
export function answerPreflights(app: FastifyInstance): void {
  app.options('/flows/*', ({ headers }, reply) =>
    reply
      .code(204)
      .headers({
        'Access-Control-Allow-Methods': 'GET, POST',
        'Access-Control-Allow-Headers':
          headers['access-control-request-headers'] ?? 'Authorization, Content-Type, Last-Event-ID',
        'Access-Control-Max-Age': '7200',
        Vary: 'Access-Control-Request-Headers',
      })
      .send(),
  )
}
