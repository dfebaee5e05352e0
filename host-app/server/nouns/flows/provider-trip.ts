import type { Refusal } from '@bobbin/shared/flow'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import { refusalError } from './end-flow.ts'
import { changeFlow, findFlow, type Flow } from './flow-row.ts'
import { advance, stepOf } from './flow-steps.ts'
import { tellPage } from './tell-page.ts'

/**
 * The trip to the provider and back, as the flow sees it. Between `away` and `back` nobody can see
 * whether the window still lives, so nothing about it is believed.
 */

/** Marks the flow away and returns where to send the browser. That it may go, `allow-action.ts` has made sure. */
export async function leaveForProvider(services: Services, tx: Transaction, flow: Flow): Promise<string> {
  const { registry, oauth, events, now } = services
  const connector = registry.find(flow.type)
  if (!connector || flow.source_id === null) {
    throw new AppError('Conflict', { data: { reason: 'other_step' } })
  }
  // Who goes again has answered.
  await oauth.dropAside(tx, { accountId: flow.account_id, flowId: flow.id })
  const { location } = await oauth.start(tx, {
    flowId: flow.id,
    accountId: flow.account_id,
    sourceId: flow.source_id,
    connector,
  })
  await changeFlow(tx, flow, {
    authorize_round: flow.authorize_round + 1,
    away_at: now(),
    active_at: now(),
    refusal: null,
  })
  await tellPage(tx, events, flow.id, 'away', {
    provider: connector.info.authorization?.provider_name ?? connector.info.name,
  })
  return location
}

/**
 * The flow, if it waits for a provider's answer. Any answer counts only while it does: what was decided since
 * stays as it is.
 */
export async function flowAtProvider(
  services: Services,
  tx: Transaction,
  flowId: string,
): Promise<Flow | null> {
  const flow = await findFlow(tx.db, flowId)
  if (flow?.status !== 'open') return null
  return (await stepOf(services, flow, tx)) === 'oauth' ? flow : null
}

/** The person is back from the provider: it granted, did not for a reason, or granted for another account. */
export async function returnFromProvider(
  services: Services,
  tx: Transaction,
  flow: Flow,
  end: Refusal | 'granted' | 'other_account',
): Promise<void> {
  const refusal = typeof end === 'string' ? null : end
  await changeFlow(tx, flow, {
    refusal: refusal && JSON.stringify(refusal),
    away_at: null,
    active_at: services.now(),
  })
  if (end === 'granted') await noteAuthorized(services, tx, flow)
  await tellPage(tx, services.events, flow.id, 'back', { error: refusalError({ refusal }) })
  await advance(services, tx, flow.id)
}

/** The step is done: new credentials, new check. */
export async function noteAuthorized(
  { now }: Pick<Services, 'now'>,
  tx: Transaction,
  flow: Flow,
): Promise<void> {
  const walked = JSON.stringify([...flow.walked, 'oauth'])
  await changeFlow(tx, flow, { walked, check_name: null, active_at: now() })
}

/** The person came back without the provider: the back button, or a page out of the browser's cache. */
export async function returnWithoutProvider(
  { events, now }: Pick<Services, 'events' | 'now'>,
  tx: Transaction,
  { id }: Pick<Flow, 'id'>,
): Promise<void> {
  const flow = await findFlow(tx.db, id)
  if (!flow || flow.status !== 'open' || flow.away_at === null) return
  await changeFlow(tx, flow, { away_at: null, active_at: now() })
  await tellPage(tx, events, flow.id, 'back', { error: null })
}
