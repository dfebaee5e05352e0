import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { flowId as flowIdSchema } from '@bobbin/shared/flow'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import { flowForAction } from '../../nouns/flows/allow-action.ts'
import { findFlow, openFlowsOf, type Flow } from '../../nouns/flows/flow-row.ts'
import { flowState, isAuthorizeTicket, wizardInfo } from '../../nouns/flows/flow-state.ts'
import { failingAsPages } from './page-failures.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import {
  flowAtProvider,
  leaveForProvider,
  returnFromProvider,
  returnWithoutProvider,
} from '../../nouns/flows/provider-trip.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'
import { requireFlow, touch } from './wizard-access.ts'
import type { WizardCookies } from './wizard-cookie.ts'
import type { SendPage } from '../../http/wizard-page.ts'

/** What the browser itself navigates to: the wizard's page, and the way to the provider. */
export function registerPageRoutes(
  app: FastifyInstance,
  services: Services,
  {
    cookies,
    presence,
    unclaimed,
    sendPage,
  }: { cookies: WizardCookies; presence: Presence; unclaimed: UnclaimedFlows; sendPage: SendPage },
): void {
  const { database, registry, log } = services

  const asPages = failingAsPages(sendPage)

  app.get('/connect/:id', asPages, async (request, reply) => {
    const flowId = flowIdSchema.safeParse((request.params as { id?: unknown }).id)
    if (!flowId.success) return sendPage(reply, { kind: 'notice', notice: 'invalid_link' }, 404)
    const flow = await findFlow(database.read, flowId.data)
    const dropped = await cookies.prune(request.headers.cookie, (ids) => openFlowsOf(database.read, ids))
    for (const header of dropped) reply.header('Set-Cookie', header)
    return flow ? showFlow(flow, request, reply) : showUnclaimed(flowId.data, request, reply)
  })

  /** A flow that nobody has claimed yet: the form of the type in the URL, typable at once; nothing is stored. */
  function showUnclaimed(flowId: string, request: FastifyRequest, reply: FastifyReply) {
    if (!unclaimed.admit(flowId, request.ip)) {
      return sendPage(reply, { kind: 'notice', notice: 'too_many' }, 429)
    }
    if (cookies.read(request.headers.cookie, flowId) === null) {
      reply.header('Set-Cookie', cookies.issue(flowId).header)
    }
    const { function: fn, type } = request.query as { function?: unknown; type?: unknown }
    const connector = fn === 'addSource' && typeof type === 'string' ? registry.find(type) : null
    return sendPage(reply, {
      kind: 'flow',
      flowId,
      connector: connector && wizardInfo(connector.info),
      state: null,
    })
  }

  async function showFlow(flow: Flow, request: FastifyRequest, reply: FastifyReply) {
    if (cookies.read(request.headers.cookie, flow.id) === null) {
      if (flow.cookie_hash !== null) return sendPage(reply, { kind: 'notice', notice: 'elsewhere' }, 409)
      // The claim came before the page: this browser may still be the first to bind the flow.
      reply.header('Set-Cookie', cookies.issue(flow.id).header)
      const connector = flow.function === 'addSource' ? registry.find(flow.type) : null
      const info = connector && wizardInfo(connector.info)
      return sendPage(reply, { kind: 'flow', flowId: flow.id, connector: info, state: null })
    }
    const bound = await requireFlow(services, cookies, request, flow.id).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'Conflict') return null
      throw error
    })
    if (!bound) return sendPage(reply, { kind: 'notice', notice: 'elsewhere' }, 409)
    presence.expect(flow.id)
    if (bound.away_at !== null) {
      await database.write((tx) => returnWithoutProvider(services, tx, bound))
    }
    await touch(services, bound)
    const shown = (await findFlow(database.read, flow.id)) ?? bound
    const state = await flowState(services, shown)
    return sendPage(reply, { kind: 'flow', flowId: flow.id, connector: state.connector, state })
  }

  app.get('/connect/:id/authorize', asPages, async (request, reply) => {
    const { id } = request.params as { id: string }
    const { ticket } = request.query as { ticket?: unknown }
    reply.header('Cache-Control', 'no-store')
    const home = `/connect/${encodeURIComponent(id)}`
    const flow = await requireFlow(services, cookies, request, id).catch((error: unknown) => {
      if (error instanceof AppError) return null
      throw error
    })
    if (!flow) return reply.redirect(home, 303)
    try {
      const location = await database.write(async (tx) => {
        const current = await flowForAction(services, tx, flow, 'authorize')
        const isFresh = isAuthorizeTicket(services.config.encryptionKeys, current, ticket)
        return isFresh ? leaveForProvider(services, tx, current) : null
      })
      // A used, old or foreign link: back to the page, which says what to do.
      return location === null ? reply.redirect(home, 303) : reply.redirect(location, 302)
    } catch (error) {
      if (error instanceof AppError && isNotAllowed(error)) return reply.redirect(home, 303)
      if (error instanceof AppError && error.code === 'Unavailable') {
        log.error({ flowId: flow.id, code: error.code }, error.message)
        const refusal = { reason: 'provider_error', provider_code: null, message: error.message } as const
        await database.write(async (tx) => {
          const current = await flowAtProvider(services, tx, flow.id)
          if (current) await returnFromProvider(services, tx, current, refusal)
        })
        return reply.redirect(home, 303)
      }
      throw error
    }
  })

  // What leads nowhere: a page for a person, the envelope for a program.
  app.get('/*', (request, reply) => {
    if (!request.headers.accept?.includes('text/html')) throw new AppError('NotFound')
    return sendPage(reply, { kind: 'notice', notice: 'not_found' }, 404)
  })
}

/** The flow has ended, is at another step, or nobody has agreed yet. */
function isNotAllowed({ code }: AppError): boolean {
  return code === 'Conflict' || code === 'FlowExpired' || code === 'AccessDenied'
}
