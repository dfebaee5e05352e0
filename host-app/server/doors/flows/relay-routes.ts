import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { flowEndpoints } from '@bobbin/shared/api/flows'
import { flowEvent } from '@bobbin/shared/flow'
import { isTerminal } from '@bobbin/shared/window-protocol'
import { AppError } from '../../ground/app-error.ts'
import type { EventLog, LoggedEvent } from '../../nouns/events/events.ts'
import { readBearer } from '../../http/bearer.ts'
import { readLastEventId, sendEvents } from '../../http/event-stream.ts'
import { createPlaces } from '../../ground/places.ts'
import { type AcknowledgeFlow, type Flow, cancelFlow, findFlow, relayTopic } from '../../nouns/flows/flows.ts'
import { isSecret } from '../../ground/secret-hash.ts'
import type { Door } from '../../http/door.ts'
import type { Database } from '../../store/database.ts'
import { flowIdOf, parseFlowId } from './flow-id.ts'
import type { ClaimTaking } from './claim-taking.ts'

/** A flow's page may hold this many relay streams, and ask this often at a time; the oldest gives way. */
const streamsPerFlow = 3
const pollsPerFlow = 2

/**
 * The page's three calls: claim, relay, cancel. Cross-origin for anyone and without cookies: the token
 * and the key are the right to call, so `Access-Control-Allow-Origin: *` gives nothing away. Both are in the
 * body: what a page's own scripts put into `Authorization` is theirs. Older clients have the key there.
 */
export function serveRelay(
  app: FastifyInstance,
  door: Door<typeof flowEndpoints>,
  {
    database,
    events,
    claims,
    acknowledge,
    heartbeat,
    now,
  }: {
    database: Database
    events: EventLog
    claims: ClaimTaking
    acknowledge: AcknowledgeFlow
    /** Milliseconds between two signs of life of a stream. */
    heartbeat: number
    now: () => number
  },
): void {
  const streams = createPlaces(streamsPerFlow)
  const polls = createPlaces(pollsPerFlow)

  door.serve(
    'claimFlow',
    async ({ params, body, request }) => claims.take(parseFlowId(params.id), body, request.headers.origin),
    {
      acceptsText: true,
      secret: 'claim',
      admit: (request) => claims.requireKnownToken(flowIdOf(request), request.body),
    },
  )

  door.serve(
    'followFlow',
    async ({ params, body, request, reply }) =>
      answerRelay(await requireFlow(params.id, body.app_key), body, request, reply),
    { acceptsText: true, secret: 'flow' },
  )

  door.serve('followFlowAsBearer', async ({ params, query, request, reply }) =>
    answerRelay(await requireFlow(params.id, bearerOf(request)), query, request, reply),
  )

  door.serve(
    'cancelFlow',
    async ({ params, body, request }) => {
      const flow = await requireFlow(params.id, body?.app_key ?? bearerOf(request))
      const { status } = await database.write(async (tx) =>
        cancelFlow(
          tx,
          { events, now },
          (await findFlow(tx.db, flow.id)) ?? flow,
          body?.reason ?? 'cancelled',
        ),
      )
      if (status === 'open') throw new Error('A cancelled flow must have ended.')
      return { status }
    },
    { acceptsText: true },
  )

  async function answerRelay(
    flow: Flow,
    question: { after: number; wait?: number | undefined },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ events: z.input<typeof flowEvent>[] } | undefined> {
    const after = readLastEventId(request) ?? question.after
    await acknowledge(flow, after)
    if (question.wait !== undefined) {
      const found = await poll(flow.id, after, question.wait, request)
      return { events: found.map((event) => flowEvent.parse(event)) }
    }
    await sendEvents(reply, (signal) => relay(flow.id, after, signal), {
      heartbeat,
    })
    return undefined
  }

  /** The flow whose key this is; without the right key there is no flow. */
  async function requireFlow(id: string, key: string | null): Promise<Flow> {
    const flow = await findFlow(database.read, parseFlowId(id))
    if (!flow || key === null || !isSecret(key, flow.app_key_hash)) throw new AppError('NotFound')
    return flow
  }

  async function* relay(flowId: string, after: number, listening: AbortSignal) {
    const place = streams.take(flowId)
    try {
      const signal = AbortSignal.any([listening, place.signal])
      for await (const event of events.follow(relayTopic(flowId), after, signal)) {
        yield { seq: event.seq, data: event }
        if (isTerminal(event)) return
      }
    } finally {
      place.leave()
    }
  }

  async function poll(
    flowId: string,
    after: number,
    wait: number,
    request: FastifyRequest,
  ): Promise<LoggedEvent[]> {
    const topic = relayTopic(flowId)
    const woken = Promise.withResolvers<void>()
    const wake = () => woken.resolve()
    const place = polls.take(flowId)
    place.signal.addEventListener('abort', wake)
    const stop = events.watch(topic, wake)
    const timer = setTimeout(wake, wait * 1_000)
    request.raw.socket.once('close', wake)
    app.stopping.addEventListener('abort', wake)
    try {
      const present = await events.read(topic, after)
      if (present.length > 0 || wait === 0) return present
      await woken.promise
      return await events.read(topic, after)
    } finally {
      place.leave()
      stop()
      clearTimeout(timer)
      request.raw.socket.off('close', wake)
      // It lives as long as the server, and each poll would stay with it.
      app.stopping.removeEventListener('abort', wake)
    }
  }
}

const bearerOf = ({ headers }: FastifyRequest) => readBearer(headers.authorization)
