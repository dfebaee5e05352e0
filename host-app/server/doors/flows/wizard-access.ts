import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { requireOwnOrigin } from '../../http/own-origin.ts'
import {
  type ActingBrowser,
  type Flow,
  type FlowLifetime,
  bindFlow,
  findFlow,
  openFlowsOf,
} from '../../nouns/flows/flows.ts'
import type { Database } from '../../store/database.ts'
import type { WizardCookies } from './wizard-cookie.ts'

/** Which browser a request to the wizard comes from, by the flow's cookie. */
export interface WizardAccess {
  /** The browser, for an action of its: with the flow's genuine cookie, from our own pages. @throws {AppError} NotFound, AccessDenied */
  requireBrowser(request: FastifyRequest, flowId: string): ActingBrowser
  /** SHA-256 of the flow's genuine cookie's random part; null when the request brings none. */
  cookieHash(request: FastifyRequest, flowId: string): string | null
  /** Gives the browser a cookie for the flow where it has none; true when it had one. */
  greet(request: FastifyRequest, reply: FastifyReply, flowId: string): boolean
  /** Drops cookies of other flows where the browser has collected too many. */
  prune(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** The flows of which the request brings a genuine cookie, newest first. */
  flowsOf(request: FastifyRequest): string[]
  /**
   * The claimed flow that this browser's cookie is bound to. The first wizard document that gets here
   * binds it; any other browser is told that the flow is open elsewhere.
   *
   * Throws NotFound (no genuine cookie), Conflict with `reason` `unclaimed` or `elsewhere`.
   */
  requireFlow(request: FastifyRequest, flowId: string): Promise<Flow>
  /** The same; null for whoever the flow is not shown to. */
  findFlow(request: FastifyRequest, flowId: string): Promise<Flow | null>
  /** The same, for what changes something: the flow must be open, and the call must come from our own pages. */
  requireOpenFlow(request: FastifyRequest, flowId: string): Promise<Flow>
}

export function createWizardAccess({
  database,
  lifetime,
  cookies,
  url,
}: {
  database: Database
  lifetime: FlowLifetime
  cookies: WizardCookies
  /** Our own origin. */
  url: string
}): WizardAccess {
  const cookieHash = ({ headers }: FastifyRequest, flowId: string) => cookies.read(headers.cookie, flowId)

  async function requireFlow(request: FastifyRequest, flowId: string): Promise<Flow> {
    const hash = cookieHash(request, flowId)
    if (hash === null) throw new AppError('NotFound')
    const found = await findFlow(database.read, flowId)
    if (!found) throw new AppError('Conflict', { data: { reason: 'unclaimed' } })
    const isAsItIs = found.cookie_hash !== null && !lifetime.isOverdue(found)
    const flow = isAsItIs ? found : await bind(found, hash)
    if (flow.cookie_hash !== hash) throw new AppError('Conflict', { data: { reason: 'elsewhere' } })
    return flow
  }

  /** The first to come has it; and one that is overdue ends. */
  function bind({ id }: Flow, hash: string): Promise<Flow> {
    return database.write(async (tx) => {
      const flow = await findFlow(tx.db, id)
      if (!flow) throw new AppError('NotFound')
      return lifetime.expire(tx, await bindFlow(tx, flow, hash))
    })
  }

  return {
    cookieHash,
    requireFlow,
    findFlow: (request, flowId) =>
      requireFlow(request, flowId).catch((error: unknown) => {
        if (error instanceof AppError) return null
        throw error
      }),
    requireBrowser(request, flowId) {
      requireOwnOrigin(url, request)
      const hash = cookieHash(request, flowId)
      if (hash === null) throw new AppError('NotFound')
      return { flowId, cookieHash: hash }
    },
    async requireOpenFlow(request, flowId) {
      requireOwnOrigin(url, request)
      const flow = await requireFlow(request, flowId)
      if (flow.status !== 'open') throw new AppError('FlowExpired', { data: { status: flow.status } })
      return flow
    },
    greet(request, reply, flowId) {
      if (cookieHash(request, flowId) !== null) return true
      reply.header('Set-Cookie', cookies.issue(flowId).header)
      return false
    },
    async prune({ headers }, reply) {
      const dropped = await cookies.prune(headers.cookie, (ids) => openFlowsOf(database.read, ids))
      for (const header of dropped) reply.header('Set-Cookie', header)
    },
    flowsOf: ({ headers }) => cookies.flowsOf(headers.cookie),
  }
}
