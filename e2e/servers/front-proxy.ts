import { createServer as createHttpServer, request as forward, type Server } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Certificate } from '../certificate.ts'
import {
  headersFor,
  isFor,
  type Effect,
  type Match,
  type RecordedRequest,
  type Rule,
  type RuleEntry,
} from './proxy-rules.ts'
import { Recorder } from './recorder.ts'

/**
 * All test hosts behind one HTTPS port: ends TLS, looks at the host name, passes on to plain-http servers.
 * What a reply brings is passed on at once, so server-sent events arrive when they are sent. Rules make it
 * misbehave in all the ways in which networks, proxies and providers do.
 */
export interface FrontProxy {
  readonly port: number
  /** `https://<host>:<port>` */
  origin(host: string): string
  /** Passes a host's requests to a server on 127.0.0.1. */
  route(host: string, port: number): void
  /** Answers a host's requests itself. */
  answer(host: string, handler: Handler): void
  /** Hears every exchange that is through, with its bodies. */
  listen(listener: Listener): void
  /** Changes what happens to some requests until it is lifted. */
  rule(match: Match, effect: Effect): Rule
  /** What was asked since the last `reset`. */
  readonly requests: readonly RecordedRequest[]
  /** The next test: lifts all rules, forgets all requests, and is another client as seen by the servers. */
  reset(): void
  close(): Promise<void>
}

/** An exchange with what was sent and answered; bodies in full as long as they are short. */
export interface Overheard extends RecordedRequest {
  readonly sent: string
  readonly status: number
  readonly answer: string
}
export type Listener = (overheard: Overheard) => void

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A request under way. */
interface Exchange {
  readonly subject: RecordedRequest
  readonly response: ServerResponse
  source: Recorder | null
}

export async function startFrontProxy({ cert, key }: Certificate): Promise<FrontProxy> {
  const routes = new Map<string, number>()
  const handlers = new Map<string, Handler>()
  const rules = new Set<RuleEntry & Rule>()
  const exchanges = new Set<Exchange>()
  const requests: RecordedRequest[] = []
  const listeners: Listener[] = []
  const tunnels = new Set<Duplex>()
  let client = 1

  const server = createServer({ cert, key, keepAliveTimeout: 60_000 }, (request, response) => {
    const subject = record(request)
    requests.push(subject)
    const exchange: Exchange = { subject, response, source: null }
    exchanges.add(exchange)
    response.on('close', () => exchanges.delete(exchange))
    // A browser that goes away in the middle is nothing special.
    response.on('error', () => {})
    handle(request, exchange).catch(() => response.destroy())
  })

  /** A socket is passed on as it comes, byte for byte, in both directions. */
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const subject = record(request)
    requests.push(subject)
    const port = routes.get(subject.host)
    if (port === undefined) return void socket.destroy()
    const target = connect(port, '127.0.0.1', () => {
      const lines = request.rawHeaders.flatMap((text, index, all) =>
        index % 2 === 0 ? [`${text}: ${all[index + 1]}`] : [],
      )
      target.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      target.write(head)
      socket.pipe(target).pipe(socket)
    })
    tunnels.add(socket)
    for (const [end, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      end.on('error', () => other.destroy())
      end.on('close', () => {
        other.destroy()
        tunnels.delete(socket)
      })
    }
  })

  async function handle(request: IncomingMessage, exchange: Exchange): Promise<void> {
    const { subject, response } = exchange
    for (const { effect, lifted } of rulesFor(subject)) {
      if (effect.delay) await delay(effect.delay)
      if (effect.hold) await lifted
      if (effect.cut) response.destroy()
    }
    if (response.destroyed) return
    const answer = rulesFor(subject).find(({ effect }) => effect.answer)?.effect.answer
    if (answer) answer(request, response)
    else passOn(request, exchange)
  }

  function passOn(request: IncomingMessage, exchange: Exchange): void {
    const { subject, response } = exchange
    const port = routes.get(subject.host)
    if (port === undefined) return void response.writeHead(502).end(`Nothing answers for ${subject.host}.`)
    const headers = {
      ...request.headers,
      'x-forwarded-for': `198.51.100.${client}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': request.headers.host,
    }
    const outgoing = forward({
      host: '127.0.0.1',
      port,
      method: request.method,
      path: request.url,
      headers,
      agent: false,
    })
    outgoing.on('response', (reply) => {
      const answer = new Recorder()
      exchange.source = answer
      reply.on('error', () => response.destroy())
      reply.on('close', () => {
        const overheard = {
          ...subject,
          sent: sent.text(),
          status: reply.statusCode ?? 0,
          answer: answer.text(),
        }
        for (const listen of listeners) listen(overheard)
      })
      reply.pipe(answer)
      void answerWith(reply, answer, exchange)
    })
    outgoing.on('error', () => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502, headersFor(rules, subject, 502, [])).end('The server does not answer.')
    })
    response.on('close', () => outgoing.destroy())
    const sent = new Recorder()
    request.pipe(sent).pipe(outgoing)
  }

  async function answerWith(
    reply: IncomingMessage,
    body: Recorder,
    { subject, response }: Exchange,
  ): Promise<void> {
    for (const { effect, lifted } of rulesFor(subject)) if (effect.buffer) await lifted
    const status = reply.statusCode ?? 502
    response.writeHead(status, headersFor(rules, subject, status, reply.rawHeaders))
    response.flushHeaders()
    body.pipe(response)
  }

  function rulesFor(subject: RecordedRequest): (RuleEntry & Rule)[] {
    return [...rules].filter(({ match }) => isFor(match, subject))
  }

  function rule(match: Match, effect: Effect): Rule {
    const { promise: lifted, resolve } = Promise.withResolvers<void>()
    const mine = () => [...exchanges].filter(({ subject }) => isFor(match, subject))
    const entry = {
      match,
      effect,
      lifted,
      lift() {
        if (!rules.delete(entry)) return
        resolve()
        if (effect.hold) for (const { source, response } of mine()) source?.pipe(response)
      },
    }
    rules.add(entry)
    if (effect.cut) for (const { response } of mine()) response.destroy()
    if (effect.hold) for (const { source, response } of mine()) source?.unpipe(response).pause()
    return entry
  }

  // Hosts that we answer for ourselves are passed on like the others, so that rules hold for them too.
  const inner = createHttpServer((request, response) => {
    handlers.get(record(request).host)?.(request, response)
  })
  const [port, innerPort] = await Promise.all([listen(server), listen(inner)])
  return {
    port,
    requests,
    rule,
    listen: (listener) => void listeners.push(listener),
    origin: (host) => `https://${host}:${port}`,
    route: (host, target) => void routes.set(host, target),
    answer(host, handler) {
      handlers.set(host, handler)
      routes.set(host, innerPort)
    },
    reset() {
      for (const entry of rules) entry.lift()
      requests.length = 0
      client = (client % 250) + 1
    },
    async close() {
      for (const socket of tunnels) socket.destroy()
      await Promise.all([closeServer(server), closeServer(inner)])
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function record(request: IncomingMessage): RecordedRequest {
  return {
    at: Date.now(),
    host: (request.headers.host ?? '').split(':')[0] ?? '',
    method: request.method ?? '',
    url: request.url ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
  }
}
