import type { FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import { failure, endFlow } from '../../nouns/flows/end-flow.ts'
import { changeFlow, findFlow, type Flow } from '../../nouns/flows/flow-row.ts'
import { requireOwnOrigin } from '../../http/own-origin.ts'
import type { WizardCookies } from './wizard-cookie.ts'

/**
 * The claimed flow that this browser's cookie is bound to. The first wizard document that gets here
 * binds it; any other browser is told that the flow is open elsewhere.
 *
 * Throws NotFound (no genuine cookie), Conflict with `reason` `unclaimed` or `elsewhere`.
 */
export async function requireFlow(
  services: Services,
  cookies: WizardCookies,
  request: FastifyRequest,
  flowId: string,
): Promise<Flow> {
  const cookieHash = cookies.read(request.headers.cookie, flowId)
  if (cookieHash === null) throw new AppError('NotFound')
  const flow = await findFlow(services.database.read, flowId)
  if (!flow) throw new AppError('Conflict', { data: { reason: 'unclaimed' } })
  const bound = await bind(services, flow, cookieHash)
  if (bound.cookie_hash !== cookieHash) throw new AppError('Conflict', { data: { reason: 'elsewhere' } })
  return isOverdue(services, bound) ? expire(services, bound) : bound
}

/** The same, for what changes something: the flow must be open, and the call must come from our own pages. */
export async function requireOpenFlow(
  services: Services,
  cookies: WizardCookies,
  request: FastifyRequest,
  flowId: string,
): Promise<Flow> {
  requireOwnOrigin(services.config.url, request)
  const flow = await requireFlow(services, cookies, request, flowId)
  if (flow.status !== 'open') throw new AppError('FlowExpired', { data: { status: flow.status } })
  return flow
}

async function bind({ database }: Services, flow: Flow, cookieHash: string): Promise<Flow> {
  if (flow.cookie_hash !== null) return flow
  return database.write(async (tx) => {
    await tx.db
      .updateTable('flow')
      .set({ cookie_hash: cookieHash })
      .where('id', '=', flow.id)
      .where('account_id', '=', flow.account_id)
      .where('cookie_hash', 'is', null)
      .execute()
    return (await findFlow(tx.db, flow.id)) ?? flow
  })
}

export type LifetimeParts = Pick<Services, 'config' | 'now'>

/** Open, but nobody has touched it for too long, or its session has ended. */
export function isOverdue({ config, now }: LifetimeParts, flow: Flow): boolean {
  if (flow.status !== 'open') return false
  return flow.active_at + config.timings.flow <= now() || flow.session_expires_at <= now()
}

/** Ends a flow that was found overdue, unless somebody has touched it meanwhile. */
export async function expire(
  services: Pick<Services, 'database' | 'events'> & LifetimeParts,
  { id }: Flow,
): Promise<Flow> {
  return services.database.write(async (tx) => {
    const flow = await findFlow(tx.db, id)
    if (!flow) throw new AppError('NotFound')
    if (!isOverdue(services, flow)) return flow
    await endFlow(tx, services, flow, failure('FlowExpired'))
    return (await findFlow(tx.db, id)) ?? flow
  })
}

/** Someone is at it: the flow's hour starts again. */
export async function touch({ database, now }: Services, flow: Flow): Promise<void> {
  await database.write((tx) => changeFlow(tx, flow, { active_at: now() }))
}
