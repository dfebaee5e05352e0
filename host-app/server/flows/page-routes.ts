import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { flowId as flowIdSchema } from '@bobbin/shared/flow'
import { AppError } from '../app-error.ts'
import type { Services } from '../services.ts'
import { StorageError } from '../storage/storage-error.ts'
import { flowForAction } from './allow-action.ts'
import { findFlow, type Flow } from './flow-row.ts'
import { flowState, isAuthorizeTicket, wizardInfo } from './flow-state.ts'
import type { Presence } from './presence.ts'
import { leaveForProvider, returnFromProvider, returnWithoutProvider } from './provider-trip.ts'
import type { UnclaimedFlows } from './unclaimed-flows.ts'
import { requireFlow, touch } from './wizard-access.ts'
import type { WizardCookies } from './wizard-cookie.ts'
import type { SendPage } from './wizard-page.ts'

/** What the browser itself navigates to: the wizard's page, the way to the provider, and the way back. */
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
  const { database, registry, oauth, credentials, log } = services

  /** A person reads these, failures included. */
  const asPages = {
    errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply) {
      const isPassing = error instanceof StorageError
      const cause = isPassing
        ? `the store cannot be used: ${error.message}`
        : 'a page failed for a reason of our own'
      request.log.error({ err: error }, cause)
      if (isPassing) return sendPage(reply, { kind: 'notice', notice: 'unavailable' }, 503)
      return sendPage(reply, { kind: 'notice', notice: 'failed' }, 500)
    },
  }

  app.get('/connect/:id', asPages, async (request, reply) => {
    const flowId = flowIdSchema.safeParse((request.params as { id?: unknown }).id)
    if (!flowId.success) return sendPage(reply, { kind: 'notice', notice: 'invalid_link' }, 404)
    const flow = await findFlow(database.read, flowId.data)
    for (const dropped of cookies.prune(request.headers.cookie)) reply.header('Set-Cookie', dropped)
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
        await database.write((tx) =>
          returnFromProvider(services, tx, flow.id, {
            reason: 'provider_error',
            provider_code: null,
            message: error.message,
          }),
        )
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

  app.get('/oauth/callback/:slug', asPages, (request, reply) =>
    callBack(request.params as { slug: string }, request.query, request, reply),
  )

  /**
   * The provider's answer. The cookie is checked first, then the state, then (by the engine) `iss`: a
   * callback that this browser did not start changes nothing.
   */
  async function callBack(
    { slug }: { slug: string },
    query: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    reply.header('Cache-Control', 'no-store')
    const parameters = textValues(query)
    const known = cookies.flowsOf(request.headers.cookie)
    const invalid = () => sendPage(reply, { kind: 'notice', notice: 'callback_invalid' }, 400)
    if (known.length === 0 || parameters['state'] === undefined) return invalid()
    const transaction = await oauth.findTransaction(parameters['state'])
    if (!transaction || transaction.slug !== slug || !known.includes(transaction.flowId)) return invalid()
    const flow = await requireFlow(services, cookies, request, transaction.flowId).catch((error: unknown) => {
      if (error instanceof AppError) return null
      throw error
    })
    if (!flow) return invalid()
    const isRepeat = transaction.isTaken && (await isGranted(flow))
    if (flow.status === 'open' && !isRepeat) {
      const answer = await oauth.finish(transaction.stateHash, slug, parameters)
      const refusal = answer.kind === 'refused' ? answer.refusal : null
      // From here on silence counts again, and the page's own is not over yet.
      presence.expect(flow.id)
      await database.write((tx) => returnFromProvider(services, tx, flow.id, refusal))
    }
    return reply.redirect(`/connect/${flow.id}`, 303)
  }

  /** A callback that is loaded again after it was honoured must not turn success into a refusal. */
  async function isGranted({ account_id: accountId, source_id: sourceId }: Flow): Promise<boolean> {
    const kept = sourceId === null ? null : await credentials.describe(accountId, sourceId, 'oauth')
    return kept?.status === 'ok'
  }
}

/** The flow has ended, is at another step, or nobody has agreed yet. */
function isNotAllowed({ code }: AppError): boolean {
  return code === 'Conflict' || code === 'FlowExpired' || code === 'AccessDenied'
}

/** Query parameters that came exactly once. */
function textValues(query: unknown): Record<string, string> {
  const entries = Object.entries(query as Record<string, unknown>)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
