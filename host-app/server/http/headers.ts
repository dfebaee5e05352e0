import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Paths that pages of any origin may load or call. Nothing under them looks at a cookie. */
const openPaths = ['/client/', '/flows/', '/connector'] as const

/** Pages with a session call these, each as its own origin. */
const pagePath = '/api/'

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
  if (request.url?.startsWith(pagePath)) writePageHeaders(request.headers.origin, response)
  if (openPaths.some((path) => request.url?.startsWith(path))) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  }
}

/**
 * Lets the page that asks read its answer, with its cookie: whether that says more than that it may not is decided by the
 * page's token or session, which names origins.
 */
function writePageHeaders(origin: string | undefined, response: ServerResponse): void {
  response.setHeader('Vary', 'Origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  if (origin === undefined) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
}

/**
 * Answers the browser's question whether a page may call a flow or the catalog, or read the directory. Nothing that comes along decides
 * anything but the key, so whatever headers the page's own scripts add (for tracing, for an app's own back end) are welcome.
 */
export function answerPreflights(app: FastifyInstance): void {
  for (const path of ['/flows/*', '/connector', '/connector/*', '/api/*']) {
    app.options(path, ({ headers }, reply) =>
      reply
        .code(204)
        .headers({
          'Access-Control-Allow-Methods': path === '/api/*' ? 'GET, POST, DELETE' : 'GET, POST',
          'Access-Control-Allow-Headers':
            headers['access-control-request-headers'] ?? 'Authorization, Content-Type, Last-Event-ID',
          'Access-Control-Max-Age': '7200',
          Vary: `Access-Control-Request-Headers${path === '/api/*' ? ', Origin' : ''}`,
        })
        .send(),
    )
  }
}
