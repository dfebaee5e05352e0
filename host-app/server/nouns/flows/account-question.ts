import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import { advance } from './flow-steps.ts'
import { noteAuthorized } from './provider-trip.ts'

/**
 * The person came back from the provider with another account than the one that is connected, and is asked.
 * Until the answer nothing has changed but that the new grant lies apart. That a question stands, and who may
 * answer it so, `allow-action.ts` has made sure in the same write.
 */

/** The new account takes the place of the connected one. */
export async function replaceAccount(services: Services, tx: Transaction, flow: Flow): Promise<void> {
  const { sourceId, grant } = await takeAside(services, tx, flow)
  await services.oauth.keepGrant(tx, { accountId: flow.account_id, sourceId }, grant)
  await noteAuthorized(services, tx, flow)
  await advance(services, tx, flow.id)
}

/** The connected account stays, and the new grant is forgotten; the person may authorize again. */
export async function keepAccount(services: Services, tx: Transaction, flow: Flow): Promise<void> {
  await takeAside(services, tx, flow)
  await changeFlow(tx, flow, { active_at: services.now() })
}

/** The new account becomes a source of its own, with the same settings; the flow goes on with that one. */
export async function addAccount(services: Services, tx: Transaction, flow: Flow): Promise<void> {
  const { sources, oauth } = services
  const { sourceId, grant } = await takeAside(services, tx, flow)
  const label = grant.externalAccount ?? undefined
  const added = await sources.clone(tx, flow.account_id, sourceId, { label, is_paused: false })
  await oauth.keepGrant(tx, { accountId: flow.account_id, sourceId: added.id }, grant)
  await changeFlow(tx, flow, { source_id: added.id })
  await noteAuthorized(services, tx, flow)
  await advance(services, tx, flow.id)
}

async function takeAside({ oauth }: Services, tx: Transaction, flow: Flow) {
  const grant = await oauth.takeAside(tx, { accountId: flow.account_id, flowId: flow.id })
  if (!grant || flow.source_id === null) {
    throw new AppError('Conflict', { data: { reason: 'no_question' } })
  }
  return { sourceId: flow.source_id, grant }
}
