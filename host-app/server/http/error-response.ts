import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorEnvelope } from '@bobbin/shared/api/endpoint'
import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import { outageOf } from '../ground/outage.ts'

/** A failure as a vocabulary tells it. */
export type Envelope = (error: AppError, requestId: string) => object

/** The Connect API's own, and that of all that has no vocabulary. Stitch's clients read the message in `data`. */
export const commonEnvelope = ({ code, message, data }: AppError, requestId: string): ErrorEnvelope => ({
  error: code,
  message,
  data: { ...data, message },
  request_id: requestId,
})

/** Every failure of a request ends here: what a caller may know goes out, our own bugs go to the log. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => sendError(new AppError('NotFound'), request, reply))
}

export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  envelope: Envelope = commonEnvelope,
): FastifyReply {
  const known =
    error instanceof AppError ? { error } : (outage(error, request) ?? transportError(error, request))
  if (!known) request.log.error({ err: error }, 'a request failed for a reason of our own')
  const { error: told, status = told.status }: Known = known ?? { error: new AppError('Internal') }
  return reply.code(status).type('application/json; charset=utf-8').send(envelope(told, request.id))
}

/** What the caller is told; `status` only where it is another one than the table's. */
interface Known {
  error: AppError
  status?: number
}

/** It cannot be done now: nothing was, and the operator reads why. */
function outage(error: unknown, request: FastifyRequest): Known | null {
  const found = outageOf(error)
  if (!found) return null
  request.log.error({ err: error, fault: found.fault }, found.message)
  return { error: new AppError('Unavailable', { data: { reason: found.reason } }) }
}

/** What Fastify or its file server refuses. Of what is no failure of ours the status stays, as proxies and clients know it. */
function transportError(error: unknown, request: FastifyRequest): Known | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  const { statusCode } = error
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // `expose` marks the errors that are made to be sent. Any other error with a status is our own bug.
  if (!code.startsWith('FST_') && !('expose' in error && error.expose === true)) return null
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(request)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return bodyError('The body must be application/json.', 'content_type')
  }
  if (code.startsWith('FST_ERR_CTP_')) return bodyError('The body is not valid JSON.', 'json')
  return { error: new AppError('BadRequest'), status: statusCode }
}

/** Says how much there may be, and how several calls are made of one. */
function tooLarge({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Known {
  const { bodyLimit: limit, config } = routeOptions
  const advice = config.howToSplit === undefined ? '' : ` ${config.howToSplit}`
  return bodyError(`The body has more than the ${limit} bytes that it may have.${advice}`, 'too_large', {
    limit,
  })
}

function bodyError(message: string, reason: ReasonOf<'InvalidBody'>, data: { limit?: number } = {}): Known {
  return { error: new AppError('InvalidBody', { message, data: { reason, ...data } }) }
}

const rawReasons: Readonly<Record<string, ReasonOf<'BadRequest'>>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

/** Answers what was no request that Node could parse: there is no reply object, only the socket. */
export function answerRawError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const reason = rawReasons[error.code ?? '']
  const refusal = new AppError('BadRequest', { data: reason ? { reason } : {} })
  const { status } = refusal
  const body = JSON.stringify(commonEnvelope(refusal, requestId))
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `X-Request-Id: ${requestId}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
