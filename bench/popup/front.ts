import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as requestFrom,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openerPage, type OpenerReport } from './opener-page.ts'
import { reportFromPopup, type PopupReport } from './popup-reporter.ts'

export type Report = PopupReport | OpenerReport

/** Stands before all servers of the measurement, as a proxy would, the same way for both contenders. */
export interface Front {
  /** Milliseconds by which every response is held back, one network round trip as it were. */
  delay: number
  /** Spent by the next opener page. */
  tokens: string[]
  onReport: (report: Report) => void
  stop(): Promise<void>
}

/**
 * Listens at the two origins, which are two sites to a browser: `http://127.0.0.1` is the customer page's,
 * `http://localhost` the host app's, which also has the bare page.
 *
 * `/still` is our page without its scripts and all else that it loads. Into the popup's page, each of the three, it writes the same few lines that report what they see; for their
 * sake both lose their content security policy. Nothing else is changed.
 */
export async function startFront({
  openerPort,
  hostPort,
  hostAppPort,
  barePort,
  type,
}: {
  openerPort: number
  hostPort: number
  hostAppPort: number
  barePort: number
  type: string
}): Promise<Front> {
  const host = `http://localhost:${hostPort}`
  const agent = new Agent({ keepAlive: true })
  const front: Front = { delay: 0, tokens: [], onReport: () => {}, stop }

  const servers = [
    await listen(openerPort, '127.0.0.1', serveOpener),
    await listen(hostPort, '127.0.0.1', serveHost),
    // Browsers try this address of localhost first, where there is one.
    await listen(hostPort, '::1', serveHost).catch(() => null),
  ].filter((server) => server !== null)

  function serveOpener(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/bench/report') return void takeReport(request, response)
    if (request.url?.startsWith('/client/')) return void forward(request, response, hostAppPort)
    if (!request.url?.startsWith('/?')) return void response.writeHead(404).end()
    const token = front.tokens.pop()
    if (token === undefined) throw new Error('There are no tokens left.')
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
    response.end(openerPage({ host, type, token }))
  }

  function serveHost(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/bench/report') return void takeReport(request, response)
    if (request.url === '/bare') return void forward(request, response, barePort)
    void forward(request, response, hostAppPort, request.url === '/still' ? stillPath() : request.url)
  }

  async function takeReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString()
    response.writeHead(204).end()
    front.onReport(JSON.parse(body) as Report)
  }

  async function forward(
    request: IncomingMessage,
    response: ServerResponse,
    port: number,
    path = request.url,
  ): Promise<void> {
    const isPage = request.headers['sec-fetch-dest'] === 'document'
    const headers = {
      ...request.headers,
      'x-forwarded-for': randomAddress(),
      ...(isPage ? { 'accept-encoding': 'identity' } : {}),
    }
    const { method, url } = request
    const upstream = requestFrom({ agent, host: '127.0.0.1', port, method, path, headers })
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
    const answer = await answerOf(upstream)
    // The browser left before there was one.
    if (answer === null) return void response.destroy()
    if (front.delay > 0) await sleep(front.delay)
    if (isPage)
      return sendPage(answer, response, { needsInput: port === hostAppPort, isStill: url === '/still' })
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.flushHeaders()
    answer.pipe(response)
  }

  async function sendPage(
    answer: IncomingMessage,
    response: ServerResponse,
    { needsInput, isStill }: { needsInput: boolean; isStill: boolean },
  ): Promise<void> {
    const whole = Buffer.concat(await answer.toArray()).toString()
    const page = isStill ? whole.replace(loads, '') : whole
    const script = `<script>(${reportFromPopup.toString()})(${needsInput})</script>`
    const body = page.replace(/<head[^>]*>/, (head) => head + script)
    if (body === page) throw new Error('The page has no head to write into.')
    const kept = Object.entries(answer.headers).filter(([name]) => name !== 'content-security-policy')
    const headers = { ...Object.fromEntries(kept), 'content-length': String(Buffer.byteLength(body)) }
    response.writeHead(answer.statusCode ?? 502, headers)
    response.end(body)
  }

  async function stop(): Promise<void> {
    agent.destroy()
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }

  /** Our page, of a new flow each time. */
  function stillPath(): string {
    return `/connect/${randomBytes(16).toString('base64url')}?function=addSource&type=${type}`
  }

  return front
}

/** What a page loads beside itself. */
const loads = /<link rel="(?!icon)[^>]*>|<script [^>]*src=[^>]*><\/script>/g

/** Null when the request was broken off. */
function answerOf(upstream: ClientRequest): Promise<IncomingMessage | null> {
  return new Promise((resolve) => {
    upstream.on('response', resolve)
    upstream.on('error', () => resolve(null))
  })
}

async function listen(
  port: number,
  address: string,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(serve)
  server.keepAliveTimeout = 60_000
  server.listen(port, address)
  await once(server, 'listening')
  return server
}

/** The host app counts the windows of each address; these are windows of many people. */
function randomAddress(): string {
  return ['10', ...Array.from({ length: 3 }, () => Math.floor(Math.random() * 254) + 1)].join('.')
}
