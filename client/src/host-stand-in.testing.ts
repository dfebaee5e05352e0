// A host is a server.
// oxlint-disable-next-line no-restricted-imports
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { z } from 'zod'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { flowEndpoints } from '@bobbin/shared/api/flows'
import { errorTable, type ErrorCode } from '@bobbin/shared/errors'
import { cancelRequest, claimRequest, flowEvent, relayRequest } from '@bobbin/shared/flow'
import type { ClaimReply, ClaimRequest, FlowEvent, FlowEventData } from '@bobbin/shared/window-protocol'

const { claimFlow, followFlow, cancelFlow } = flowEndpoints

/**
 * The three calls of a flow as a host answers them, over real HTTP, with what a test wants. What comes and what goes
 * is parsed by the contract: one that is not in its words fails the test.
 */
export interface HostStandIn {
  readonly origin: string
  readonly claims: { flowId: string; body: ClaimRequest; contentType: string | undefined }[]
  readonly cancels: Pick<z.infer<typeof cancelRequest>, 'reason'>[]
  /** Of every question to the relay: `after`, and `wait` where it was a poll. */
  readonly questions: { after: number; wait: number | null }[]
  /** Tells the page, as the next event of the flow. */
  tell<Type extends keyof FlowEventData>(type: Type, data: FlowEventData[Type]): void
  /** How the next claims are answered. */
  answerClaims(...answers: ClaimAnswer[]): void
  /** Answers a cancel with this outcome instead of ending the flow by it. */
  endBeforeCancel<Type extends keyof FlowEventData>(type: Type, data: FlowEventData[Type]): void
  /** `mute`: streams open but nothing comes through; `down`: every connection is cut; `unknown`: 404. */
  relay: 'up' | 'mute' | 'down' | 'unknown'
  cutStreams(): void
  /** @throws what was said against the contract. */
  stop(): Promise<void>
}

/** By cutting the connection, a refusal, or with these timings. */
type ClaimAnswer = 'cut' | Refusal | { readonly timings: ClaimReply['timings'] }

interface Refusal {
  readonly error: ErrorCode
  readonly message?: string
  readonly data?: Record<string, unknown>
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
  const events: FlowEvent[] = []
  const streams = new Map<ServerResponse, number>()
  const polls = new Set<() => void>()
  const claimAnswers: ClaimAnswer[] = []
  const faults: unknown[] = []
  let beforeCancel: (() => void) | null = null

  const host: HostStandIn = {
    origin: '',
    claims: [],
    cancels: [],
    questions: [],
    relay: 'up',
    tell(type, data) {
      events.push(flowEvent.parse({ seq: events.length + 1, at: Date.now(), type, data }))
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
      if (faults.length > 0) throw new AggregateError(faults, 'Page and host did not speak by the contract.')
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
    const [, , flowId = '', path] = new URL(request.url ?? '', host.origin).pathname.split('/')
    response.setHeader('Access-Control-Allow-Origin', '*')
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body: unknown = JSON.parse(text)
    if (path === 'claim') answerClaim(flowId, claimRequest.parse(body), request, response)
    else if (path === 'cancel') answerCancel(cancelRequest.parse(body), response)
    else await answerRelay(flowId, relayRequest.parse(body), response)
  }

  function answerClaim(
    flowId: string,
    body: ClaimRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    host.claims.push({ flowId, body, contentType: request.headers['content-type'] })
    const wanted = claimAnswers.shift() ?? { timings: shortTimings }
    if (wanted === 'cut') return void response.destroy()
    if ('error' in wanted) return refuse(response, wanted)
    if (events.length === 0) host.tell('claimed', {})
    send(response, claimFlow.reply, { ...wanted, flow_id: flowId, session_expires_at: Date.now() + 1e6 })
  }

  function answerCancel(
    { reason = 'cancelled' }: z.infer<typeof cancelRequest>,
    response: ServerResponse,
  ): void {
    host.cancels.push({ reason })
    if (beforeCancel) beforeCancel()
    else host.tell('cancelled', { reason, error: null, discarded: false })
    send(response, cancelFlow.reply, { status: 'cancelled' })
  }

  async function answerRelay(
    flowId: string,
    { app_key, after, wait }: z.infer<typeof relayRequest>,
    response: ServerResponse,
  ): Promise<void> {
    if (host.relay === 'down') return void response.destroy()
    const isKey = host.claims.some((claim) => claim.flowId === flowId && claim.body.app_key === app_key)
    if (host.relay === 'unknown' || !isKey) return refuse(response, { error: 'NotFound' })
    host.questions.push({ after, wait: wait ?? null })
    if (wait !== undefined) {
      if (events.length <= after && wait > 0) await new Promise<void>((resolve) => polls.add(resolve))
      return send(response, followFlow.reply, { events: events.slice(after) })
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

  const server: Server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      faults.push(fault)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(host, { origin: `http://127.0.0.1:${port}` })
}

function send<Schema extends z.ZodType>(
  response: ServerResponse,
  schema: Schema,
  body: z.input<Schema>,
  status = 200,
): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(schema.parse(body)))
}

function refuse(response: ServerResponse, { error, message = '', data = {} }: Refusal): void {
  const body = { error, message, data: { ...data, message }, request_id: 'r' }
  send(response, errorEnvelope, body, errorTable[error].status ?? 500)
}
