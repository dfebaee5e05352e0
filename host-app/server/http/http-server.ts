import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { AppError } from '../ground/app-error.ts'
import { requestIdLabel } from '../ground/log.ts'
import { inRequest } from '../ground/request-context.ts'
import { shownId } from '../ground/shown-id.ts'
import { knowCallers } from './caller.ts'
import { answerRawError, handleErrors, sendError } from './error-response.ts'
import { answerPreflights, commonHeaders, writeHeaders } from './headers.ts'
import { limitStreams } from './event-stream.ts'
import { acceptJson } from './json-body.ts'

/** The largest body that is read, in bytes. */
const bodyLimit = 1024 * 1024

const isHost = /^host$/i

/** How long a client may take, in milliseconds. */
interface PatienceLimits {
  /** For the whole of a request, and for its headers. */
  readonly request: number
  readonly headers: number
  /** Without a byte read or written, whatever the connection is for. Streams beat more often. */
  readonly silence: number
}

const ordinaryPatience: PatienceLimits = { request: 60_000, headers: 20_000, silence: 120_000 }

/** A server with the manners that every route has, and no route yet. */
export function createHttpServer(
  config: { readonly url: string; readonly trustedProxies: string | null },
  log: FastifyBaseLogger,
  patience = ordinaryPatience,
): FastifyInstance {
  const headers = commonHeaders(config)
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: requestIdLabel }),
    genReqId: shownId,
    bodyLimit,
    trustProxy: config.trustedProxies ?? false,
    // A HEAD by a link scanner must not do what a GET does, such as spend a callback.
    exposeHeadRoutes: false,
    // Fastify's own 503 while stopping goes past all hooks; what still arrives is answered as ever.
    return503OnClosing: false,
    requestTimeout: patience.request,
    connectionTimeout: patience.silence,
    http: {
      requireHostHeader: false,
      headersTimeout: patience.headers,
      connectionsCheckingInterval: Math.min(5_000, patience.headers / 4),
      // Else whoever offers HTTP/2 beside an ordinary request (`Upgrade: h2c`) would have it taken for a socket.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler: (error, socket) => answerRawError(error, socket, headers, shownId()),
    frameworkErrors: (error, request, reply) => {
      writeHeaders(headers, request.raw, reply.raw, request.id)
      sendError(error, request, reply)
    },
  })

  workInRequests(app)
  app.addHook('onRequest', async (request, reply) => {
    writeHeaders(headers, request.raw, reply.raw, request.id)
    const hosts = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && isHost.test(name)).length
    // Two: a proxy in front and we would each believe another.
    if (hosts > 1 || (hosts === 0 && request.raw.httpVersion === '1.1')) {
      throw new AppError('BadRequest', { message: 'One Host header is needed.' })
    }
  })
  knowCallers(app)
  logReplies(app)
  acceptJson(app)
  handleErrors(app)
  answerPreflights(app)
  endStreamsOnStop(app)
  limitStreams(app)
  // Node would answer an unknown `Expect` on its own, without our headers; it may as well be ignored.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return app
}

/** What is done for a request is done in its name. Twice, because a body arrives outside of what asked for it. */
function workInRequests(app: FastifyInstance): void {
  const goOn = (request: FastifyRequest, _reply: FastifyReply, done: () => void) =>
    inRequest(request.id, done)
  app.addHook('onRequest', goOn)
  app.addHook('preValidation', goOn)
}

/** One line per reply. Never the query: an OAuth code travels in one. */
function logReplies(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.raw
    request.log.info(
      {
        method,
        path: url?.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    )
  })
}

function endStreamsOnStop(app: FastifyInstance): void {
  const stop = new AbortController()
  app.decorate('stopping', stop.signal)
  app.addHook('preClose', async () => stop.abort())
  // Node closes connections that are idle when it stops; one that is answered later would be kept for a minute.
  app.addHook('onSend', async (_request, reply) => {
    if (stop.signal.aborted) reply.header('Connection', 'close')
  })
}
