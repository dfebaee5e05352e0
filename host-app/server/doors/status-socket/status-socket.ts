import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { createPlaces } from '../../ground/places.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Authorizations } from '../../nouns/authorizations/authorizations.ts'
import { type OriginRules, requirePage } from '../../nouns/flows/flows.ts'
import type { CustomerToken, CustomerTokens } from '../../nouns/tokens/tokens.ts'
import { createPhoenixChannels, type WatchedStatus } from './phoenix-channels.ts'
import { createRateGuard } from './rate-guard.ts'

const path = '/socket/websocket'
const topicPrefix = 'authorization_status:'

/** Bytes of a message; those of xkit.js have some hundred. */
const largestMessage = 4_096
/** Sockets of an account; the oldest gives way. */
const socketsPerAccount = 20
/** Messages of one socket in ten seconds. A client beats every fifteen, and joins and leaves a topic for each connection. */
const mostMessages = 100
/** Milliseconds that a socket may be silent: its client beats more often. */
const silence = 60_000
/** How often the token of a socket is looked up, in milliseconds: it may be revoked anywhere. */
const livenessInterval = 5_000
/** Milliseconds for the other side to say goodbye when we close. */
const goodbye = 500

/** Close codes of RFC 6455, and one of ours in the range that is an application's. */
const closing = { goingAway: 1001, policy: 1008, internal: 1011, tokenEnded: 4401 } as const

/** Reasons are told to nobody but the log of a browser. */
const refusals = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' } as const

/**
 * The socket by which xkit.js hears how an authorization stands: Phoenix channels over a WebSocket, for pages with a customer
 * token from an origin of its. The token is in the address, as that client puts it there, which no line of our log has.
 */
export function serveStatusSocket(
  app: FastifyInstance,
  {
    customerTokens,
    authorizations,
    origins,
  }: {
    customerTokens: Pick<CustomerTokens, 'find'>
    authorizations: Pick<Authorizations, 'find' | 'state' | 'watch'>
    origins: OriginRules
  },
): void {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessage,
    perMessageDeflate: false,
  })
  const places = createPlaces(socketsPerAccount)

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // What a connection breaks with is no news: it has gone.
    socket.on('error', () => {})
    admit(request).then(
      ({ token, secret }) => {
        if (app.stopping.aborted) return refuse(socket, 401)
        server.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, token, secret))
      },
      (error: unknown) => {
        if (!(error instanceof Refused)) app.log.error({ err: error }, 'a socket could not be opened')
        refuse(socket, error instanceof Refused ? error.status : 401)
      },
    )
  })
  app.addHook('preClose', async () => {
    for (const socket of server.clients) end(socket, closing.goingAway)
  })

  async function admit({ url, headers }: IncomingMessage) {
    const asked = new URL(url ?? '', 'http://host')
    if (asked.pathname !== path) throw new Refused(404)
    if (asked.searchParams.get('vsn') !== '2.0.0') throw new Refused(400)
    const secret = asked.searchParams.get('token') ?? ''
    const token = await customerTokens.find(secret)
    if (!token) throw new Refused(401)
    try {
      requirePage(token, headers.origin, origins)
    } catch (error) {
      throw error instanceof AppError ? new Refused(403) : error
    }
    return { token, secret }
  }

  function serve(socket: WebSocket, { accountId }: CustomerToken, secret: string): void {
    const place = places.take(String(accountId))
    const isTooMuch = createRateGuard({ most: mostMessages, window: 10_000 })
    const channels = createPhoenixChannels({
      find: (topic) => findStatus(accountId, topic),
      send: (text) => socket.send(text),
      failed: (error) => app.log.error({ err: error }, 'a status could not be told'),
    })
    let heard = Date.now()

    place.signal.addEventListener('abort', () => end(socket, closing.policy))
    const look = setInterval(() => {
      if (Date.now() - heard > silence) return end(socket, closing.goingAway)
      customerTokens.find(secret).then(
        (token) => {
          if (!token) end(socket, closing.tokenEnded)
        },
        (error: unknown) => app.log.error({ err: error }, 'the token of a socket could not be looked up'),
      )
    }, livenessInterval)

    socket.on('message', (data, isBinary) => {
      heard = Date.now()
      if (isBinary || isTooMuch()) return end(socket, closing.policy)
      channels.receive(asText(data)).then(
        (isSpoken) => {
          if (!isSpoken) end(socket, closing.policy)
        },
        (error: unknown) => {
          app.log.error({ err: error }, 'a message of a socket could not be answered')
          end(socket, closing.internal)
        },
      )
    })
    // A message that is too large, or none: it closes by itself.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(look)
      channels.close()
      place.leave()
    })
  }

  async function findStatus(accountId: number, topic: string): Promise<WatchedStatus | null> {
    if (!topic.startsWith(topicPrefix)) return null
    const id = topic.slice(topicPrefix.length)
    const one = await authorizations.find(accountId, id)
    if (!one) return null
    return {
      async read() {
        const now = await authorizations.find(accountId, id)
        return (await authorizations.state(now ?? one)).status
      },
      watch: (changed) => authorizations.watch(one, changed),
    }
  }
}

class Refused extends Error {
  readonly status: keyof typeof refusals
  constructor(status: keyof typeof refusals) {
    super(refusals[status])
    this.status = status
  }
}

function refuse(socket: Duplex, status: keyof typeof refusals): void {
  socket.end(`HTTP/1.1 ${status} ${refusals[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function end(socket: WebSocket, code: number): void {
  if (socket.readyState >= socket.CLOSING) return
  socket.close(code)
  const timer = setTimeout(() => socket.terminate(), goodbye)
  socket.once('close', () => clearTimeout(timer))
}

const asText = (data: Buffer | ArrayBuffer | Buffer[]): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8')
