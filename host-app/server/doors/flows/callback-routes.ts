import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { acceptForms, formOf } from '../../http/form-body.ts'
import type { EndTrip, Flow, FlowSteps, FlowTrips } from '../../nouns/flows/flows.ts'
import { type FoundTrip, type OAuth, refusalOf, scrubSaid } from '../../nouns/oauth/oauth.ts'
import type { Database } from '../../store/database.ts'
import { failingAsPages } from './page-failures.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import type { WizardAccess } from './wizard-access.ts'
import type { SendPage } from '../../http/wizard-page.ts'

type Parameters = Readonly<Record<string, string>>

/** The largest answer that a provider may post, in bytes. */
const bodyLimit = 16 * 1024
const paths = ['/oauth/callback/:slug', '/oauth/callback/:slug/'] as const

/**
 * The provider's answers. The state names the trip; the address must be the trip's, and the cookie that of its flow.
 * Then `redeem-callback.ts` spends the trip and compares `iss`, before the code is exchanged. So a callback that this
 * browser did not start changes nothing, and without a state no code is ever exchanged.
 */
export function serveCallbacks(
  app: FastifyInstance,
  {
    database,
    oauth,
    access,
    presence,
    steps,
    trips,
    endTrip,
    sendPage,
  }: {
    database: Pick<Database, 'write'>
    oauth: Pick<OAuth, 'findTrip' | 'findParked' | 'tripsUnderWay' | 'refusalWithoutState' | 'park'>
    access: Pick<WizardAccess, 'flowsOf' | 'findFlow'>
    presence: Pick<Presence, 'expect'>
    steps: Pick<FlowSteps, 'stepOf'>
    trips: Pick<FlowTrips, 'refuse'>
    endTrip: EndTrip
    sendPage: SendPage
  },
): void {
  const asPages = failingAsPages(sendPage)

  const invalid = (request: FastifyRequest, reply: FastifyReply) => {
    const { slug } = request.params as { slug: string }
    request.log.warn({ slug }, 'A callback belongs to no trip of this browser, or to none at all.')
    return sendPage(reply, { kind: 'notice', notice: 'callback_invalid' }, 400)
  }
  const backToWizard = (reply: FastifyReply, { id }: Flow) => reply.redirect(`/connect/${id}`, 303)

  for (const path of paths) {
    app.get(path, asPages, (request, reply) => {
      reply.header('Cache-Control', 'no-store')
      const { parked, ...answer } = onceGiven(Object.entries(request.query as Record<string, unknown>))
      if (parked !== undefined) return takeParked(parked, request, reply)
      return answer['state']
        ? takeAnswer(answer['state'], answer, request, reply)
        : takeStateless(answer, request, reply)
    })
  }

  async function takeAnswer(state: string, answer: Parameters, request: FastifyRequest, reply: FastifyReply) {
    const trip = await oauth.findTrip(state)
    const flow = await flowOf(trip, request)
    if (!trip || !flow) return invalid(request, reply)
    if (flow.status === 'open') await endTrip(trip, answer)
    return backToWizard(reply, flow)
  }

  /** What came by POST, fetched by the browser: it was stored under this id a moment ago. */
  async function takeParked(id: string, request: FastifyRequest, reply: FastifyReply) {
    const parked = await oauth.findParked(id)
    const flow = await flowOf(parked?.trip ?? null, request)
    if (!parked || !flow) return invalid(request, reply)
    const { trip, answer } = parked
    if (flow.status === 'open') {
      if (answer !== null || trip.takenAt !== null) await endTrip(trip, answer ?? {})
      else await comeBack(flow, refusalOf('expired'))
    }
    return backToWizard(reply, flow)
  }

  /**
   * A refusal without a state, or nothing at all. It can be anybody's, so it spends nothing: it only brings
   * the person back to the newest flow of this browser that is at this provider. The right answer may follow.
   */
  async function takeStateless(answer: Parameters, request: FastifyRequest, reply: FastifyReply) {
    const { slug } = request.params as { slug: string }
    const known = access.flowsOf(request)
    for (const trip of await oauth.tripsUnderWay(known, slug)) {
      const flow = await flowOf(trip, request)
      if (flow?.status !== 'open' || (await steps.stepOf(flow)) !== 'oauth') continue
      await comeBack(flow, await oauth.refusalWithoutState(trip, answer))
      return backToWizard(reply, flow)
    }
    return invalid(request, reply)
  }

  async function comeBack(flow: Flow, refusal: ReturnType<typeof refusalOf>): Promise<void> {
    presence.expect(flow.id)
    await database.write((tx) => trips.refuse(tx, flow.id, refusal))
  }

  /** The flow of the trip, if the callback came at the trip's own address and this browser is the flow's. */
  async function flowOf(trip: FoundTrip | null, request: FastifyRequest): Promise<Flow | null> {
    const { slug } = request.params as { slug: string }
    if (trip?.slug !== slug) return null
    return access.findFlow(request, trip.flowId)
  }

  /**
   * An answer by POST (`response_mode=form_post`) comes without the cookie: it is parked with its trip, and
   * the browser sent on to fetch it. What belongs to no trip under way is not kept; what cannot be read is as
   * good as nothing.
   */
  app.register(async (routes) => {
    acceptForms(routes, bodyLimit)
    routes.setErrorHandler((error, request, reply) => {
      if (isUnreadable(error)) return sendOn(request, reply, {})
      return asPages.errorHandler(error, request, reply)
    })
    for (const path of paths) {
      routes.post(path, async (request, reply) => {
        const { slug } = request.params as { slug: string }
        const answer = onceGiven(entriesOf(formOf(request)))
        const { state } = answer
        if (!state) return sendOn(request, reply, statelessPart(answer))
        const trip = await oauth.findTrip(state)
        if (trip?.slug !== slug) return invalid(request, reply)
        const id = trip.isExpired ? null : await database.write((tx) => oauth.park(tx, trip, answer))
        // The answer to a trip that is over says nothing any more; where its flow is, is told there.
        return sendOn(request, reply, id === null ? { state } : { parked: id })
      })
    }
  })

  function sendOn(request: FastifyRequest, reply: FastifyReply, query: Record<string, string>) {
    const { slug } = request.params as { slug: string }
    const search = new URLSearchParams(query).toString()
    const home = `/oauth/callback/${encodeURIComponent(slug)}`
    return reply.header('Cache-Control', 'no-store').redirect(search ? `${home}?${search}` : home, 303)
  }
}

/** Of an answer that nothing can be done by: what it says, for an address that others may see; a code is not handed on. */
function statelessPart({ error, error_description: said, iss, code }: Parameters): Record<string, string> {
  const shown = { error, error_description: said, iss }
  const told = Object.entries(shown).flatMap(([name, text]) => {
    const safe = scrubSaid(text, [code ?? null])
    return safe === undefined ? [] : [[name, safe]]
  })
  return { ...Object.fromEntries(told), ...(code !== undefined && { code: '' }) }
}

/** Too long, of another kind, or not to be parsed. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_ERR_CTP_')
}

/** A name that came twice is there twice. */
function entriesOf(form: URLSearchParams): [string, unknown][] {
  return [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name)
    return [name, values.length === 1 ? values[0] : values]
  })
}

/** Parameters that came exactly once. */
function onceGiven(entries: readonly [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
