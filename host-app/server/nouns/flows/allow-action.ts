import { actionRefusal, wizardActions, type WizardActionName } from '@bobbin/shared/wizard-actions'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import { findFlow, type Flow } from './flow-row.ts'
import { consentOf } from './flow-state.ts'
import { stepOf, type StepServices } from './flow-steps.ts'
import { mayEdit } from './may-edit.ts'
import { isOverdue, type LifetimeParts } from '../../doors/flows/wizard-access.ts'

/**
 * The flow as the write finds it, in which the action may be done. What was read before the write only said
 * who asks: meanwhile the flow may have ended, moved on, or gone to another browser.
 *
 * @throws {AppError} FlowExpired, AccessDenied or Conflict, with the `reason`
 */
export async function flowForAction(
  services: StepServices & LifetimeParts & Pick<Services, 'oauth'>,
  tx: Transaction,
  before: Pick<Flow, 'id' | 'cookie_hash'>,
  action: WizardActionName,
): Promise<Flow> {
  const flow = await findFlow(tx.db, before.id)
  if (flow?.cookie_hash !== before.cookie_hash)
    throw new AppError('Conflict', { data: { reason: 'elsewhere' } })
  if (flow.status !== 'open' || isOverdue(services, flow)) {
    throw new AppError('FlowExpired', { data: { status: flow.status } })
  }
  await requireAllowed(services, flow, action, tx)
  return flow
}

/** @throws {AppError} AccessDenied or Conflict, with the `reason` */
export async function requireAllowed(
  services: StepServices & Pick<Services, 'oauth'>,
  flow: Flow,
  action: WizardActionName,
  tx?: Transaction,
): Promise<void> {
  // Leaving, and saying who one is, is possible whatever became of the source.
  if (wizardActions[action].step === null) return
  const { registry, checks, database, oauth } = services
  const shown = flow.check_name === null ? null : await checks.find(flow.account_id, flow.check_name, tx)
  const refusal = actionRefusal(action, {
    function: flow.function,
    sequence: registry.find(flow.type)?.info.steps ?? [],
    step: await stepOf(services, flow, tx),
    isConsented: consentOf(flow) !== 'needed',
    check: shown?.status ?? null,
    isAccountAsked: (await oauth.findAside({ accountId: flow.account_id, flowId: flow.id }, tx)) !== null,
    mayEdit: await mayEdit(tx?.db ?? database.read, flow),
  })
  if (refusal === null) return
  const isDenied = refusal === 'consent' || refusal === 'out_of_scope'
  throw new AppError(isDenied ? 'AccessDenied' : 'Conflict', { data: { reason: refusal } })
}
