// Tests only: a host is a server.
// oxlint-disable-next-line no-restricted-imports
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: the three calls of a flow as a host answers them, over real HTTP, with what a test wants. */
export interface HostStandIn {
  readonly origin: string
  readonly claims: { flowId: string; body: Record<string, unknown>; contentType: string | undefined }[]
  readonly cancels: unknown[]
  /** Of every question to the relay: `after`, and `wait` where it was a poll. */
  readonly questions: { after: number; wait: number | null }[]
  /** Tells the page, as the next event of the flow. */
  tell(type: string, data?: object): void
  /** How the next claims are answered: a status and body, or by cutting the connection. */
  answerClaims(...answers: ({ status: number; body: unknown } | 'cut')[]): void
  /** Answers a cancel with this outcome instead of ending the flow by it. */
  endBeforeCancel(type: string, data: object): void
  /** `mute`: streams open but nothing comes through; `down`: every connection is cut; `unknown`: 404. */
  relay: 'up' | 'mute' | 'down' | 'unknown'
  cutStreams(): void
  stop(): Promise<void>
}

/** Short, so that a test of waiting does not wait. */
export const shortTimings = {
  load: 3_000,
  hello: 30,
  call: 1_000,
  closePoll: 10,
  closeGrace: 20,
  away: 400,
  uncertain: 60,
  relayDown: 1_500,
  heartbeat: 200,
}

export async function startHost(): Promise<HostStandIn> {
  const events: { seq: number; at: number; type: string; data: object }[] = []
  const streams = new Map<ServerResponse, number>()
  const polls = new Set<() => void>()
  const claimAnswers: ({ status: number; body: unknown } | 'cut')[] = []
  let beforeCancel: (() => void) | null = null

  const host: HostStandIn = {
    origin: '',
    claims: [],
    cancels: [],
    questions: [],
    relay: 'up',
    tell(type, data = {}) {
      events.push({ seq: events.length + 1, at: Date.now(), type, data })
      for (const stream of streams.keys()) catchUp(stream)
      for (const wake of polls) wake()
    },
    answerClaims: (...answers) => void claimAnswers.push(...answers),
    endBeforeCancel(type, data) {
      beforeCancel = () => host.tell(type, data)
    },
    cutStreams() {
      for (const stream of streams.keys()) stream.destroy()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  function catchUp(stream: ServerResponse): void {
    const after = streams.get(stream) ?? 0
    if (host.relay === 'mute') return
    for (const event of events.slice(after)) {
      stream.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    streams.set(stream, events.length)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', host.origin)
    const [, , flowId = '', path] = url.pathname.split('/')
    response.setHeader('Access-Control-Allow-Origin', '*')
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    let text = ''
    for await (const chunk of request) text += String(chunk)

    if (path === 'claim') {
      host.claims.push({ flowId, body: JSON.parse(text), contentType: request.headers['content-type'] })
      const wanted = claimAnswers.shift()
      if (wanted === 'cut') return void response.destroy()
      if (wanted) return json(wanted.status, wanted.body)
      if (events.length === 0) host.tell('claimed')
      return json(200, { flow_id: flowId, timings: shortTimings, session_expires_at: Date.now() + 1e6 })
    }
    const body = JSON.parse(text) as { app_key: string; reason: string; after: number; wait?: number }
    if (path === 'cancel') {
      host.cancels.push({ reason: body.reason })
      if (beforeCancel) beforeCancel()
      else host.tell('cancelled', { reason: body.reason, error: null })
      return json(200, { status: 'cancelled' })
    }

    if (host.relay === 'down') return void response.destroy()
    const isKey = host.claims.some(
      (claim) => claim.flowId === flowId && claim.body['app_key'] === body.app_key,
    )
    if (host.relay === 'unknown' || !isKey) return json(404, { error: 'NotFound', message: '', data: {} })
    const { after, wait = null } = body
    host.questions.push({ after, wait })
    if (wait !== null) {
      if (events.length <= after && wait > 0) await new Promise<void>((resolve) => polls.add(resolve))
      return json(200, { events: events.slice(after) })
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (host.relay !== 'mute') response.write(': \n\n')
    streams.set(response, after)
    const beat = setInterval(() => host.relay !== 'mute' && response.write(': \n\n'), shortTimings.heartbeat)
    response.on('close', () => {
      clearInterval(beat)
      streams.delete(response)
    })
    catchUp(response)
  }

  const server: Server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(host, { origin: `http://127.0.0.1:${port}` })
}
