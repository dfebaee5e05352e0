import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { flowEvent, flowId as flowIdSchema } from '@bobbin/shared/flow'
import type { FlowEvent } from '@bobbin/shared/window-protocol'
import { AppError } from '../../ground/app-error.ts'
import type { LoggedEvent } from '../../nouns/events/event-log.ts'
import { readBearer } from '../../http/bearer.ts'
import { readLastEventId, sendEvents } from '../../http/event-stream.ts'
import { serveEndpoint } from '../../http/serve-endpoint.ts'
import { createPlaces } from '../../ground/places.ts'
import type { Services } from '../../services.ts'
import { afterClaim } from './after-claim.ts'
import { claimFlow } from '../../nouns/flows/claim-flow.ts'
import { tellWaitingWizard } from './claim-refusals.ts'
import { findFlow, relayTopic, type Flow } from '../../nouns/flows/flow-row.ts'
import { requireKnownToken } from './known-token.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import { isSecret } from '../../ground/secret-hash.ts'
import { tellWizard } from '../../nouns/flows/tell-page.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'
import { cancelFlow } from '../../nouns/flows/wizard-actions.ts'

/** A flow's page may hold this many relay streams, and ask this often at a time; the oldest gives way. */
const streamsPerFlow = 3
const pollsPerFlow = 2

/**
 * The page's three calls: claim, relay, cancel. Cross-origin for anyone and without cookies: the token
 * and the key are the right to call, so `Access-Control-Allow-Origin: *` gives nothing away. Both are in the
 * body: what a page's own scripts put into `Authorization` is theirs. Older clients have the key there.
 */
export function registerRelayRoutes(
  app: FastifyInstance,
  services: Services,
  { presence, unclaimed }: { presence: Presence; unclaimed: UnclaimedFlows },
): void {
  const { database, events, config, now } = services
  const streams = createPlaces(streamsPerFlow)
  const polls = createPlaces(pollsPerFlow)

  serveEndpoint(
    app,
    services,
    'claimFlow',
    async ({ params, body, request }) => {
      const id = parseFlowId(params.id)
      try {
        const reply = await claimFlow(services, id, body, request.headers.origin)
        await afterClaim(services, { presence, unclaimed }, id)
        return reply
      } catch (error) {
        if (error instanceof AppError) tellWaitingWizard(unclaimed, id, error)
        throw error
      }
    },
    {
      acceptsText: true,
      door: 'claim',
      admit: ({ params, body }) =>
        requireKnownToken(services, unclaimed, parseFlowId((params as { id: unknown }).id), body),
    },
  )

  serveEndpoint(
    app,
    services,
    'followFlow',
    async ({ params, body, request, reply }) =>
      answerRelay(await requireFlow(params.id, body.app_key), body, request, reply),
    { acceptsText: true, door: 'flow' },
  )

  serveEndpoint(app, services, 'followFlowAsBearer', async ({ params, query, request, reply }) =>
    answerRelay(await requireFlow(params.id, bearerOf(request)), query, request, reply),
  )

  serveEndpoint(
    app,
    services,
    'cancelFlow',
    async ({ params, body, request }) => {
      const flow = await requireFlow(params.id, body?.app_key ?? bearerOf(request))
      await database.write(async (tx) => {
        const current = (await findFlow(tx.db, flow.id)) ?? flow
        await cancelFlow(services, tx, current, body?.reason ?? 'cancelled')
      })
      const status = (await findFlow(database.read, flow.id))?.status
      if (status === undefined || status === 'open') throw new Error('A cancelled flow must have ended.')
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
      heartbeat: config.timings.heartbeat,
    })
    return undefined
  }

  /** The flow whose key this is; without the right key there is no flow. */
  async function requireFlow(id: string, key: string | null): Promise<Flow> {
    const flow = await findFlow(database.read, parseFlowId(id))
    if (!flow || key === null || !isSecret(key, flow.app_key_hash)) throw new AppError('NotFound')
    return flow
  }

  /** Asking for what comes after the last event says that the page has it. */
  async function acknowledge(flow: Flow, after: number): Promise<void> {
    if (flow.status === 'open' || flow.acknowledged_at !== null) return
    if (after < (await events.last(relayTopic(flow.id)))) return
    await database.write(async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable('flow')
        .set({ acknowledged_at: now() })
        .where('id', '=', flow.id)
        .where('account_id', '=', flow.account_id)
        .where('acknowledged_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows > 0n) await tellWizard(tx, events, flow.id, { type: 'acknowledged', data: {} })
    })
  }

  async function* relay(flowId: string, after: number, listening: AbortSignal) {
    const place = streams.take(flowId)
    try {
      const signal = AbortSignal.any([listening, place.signal])
      for await (const event of events.follow(relayTopic(flowId), after, signal)) {
        yield { seq: event.seq, data: event }
        if (isLast(event)) return
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
    const place = polls.take(flowId)
    place.signal.addEventListener('abort', () => woken.resolve(), { once: true })
    const stop = events.watch(topic, woken.resolve)
    const timer = setTimeout(woken.resolve, wait * 1_000)
    request.raw.socket.once('close', woken.resolve)
    app.stopping.addEventListener('abort', () => woken.resolve(), { once: true })
    try {
      const present = await events.read(topic, after)
      if (present.length > 0 || wait === 0) return present
      await woken.promise
      return await events.read(topic, after)
    } finally {
      place.leave()
      stop()
      clearTimeout(timer)
      request.raw.socket.off('close', woken.resolve)
    }
  }
}

/** A flow id that cannot be one names no flow. */
export function parseFlowId(id: unknown): string {
  const parsed = flowIdSchema.safeParse(id)
  if (!parsed.success) throw new AppError('NotFound')
  return parsed.data
}

const bearerOf = ({ headers }: FastifyRequest) => readBearer(headers.authorization)

function isLast({ type }: LoggedEvent): boolean {
  const name = type as FlowEvent['type']
  return name === 'completed' || name === 'cancelled' || name === 'failed'
}
