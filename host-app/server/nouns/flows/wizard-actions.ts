import type { z } from 'zod'
import type { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import { endFlow, failure, refusalError } from './end-flow.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import { advance, showCheck } from './flow-steps.ts'

/** What each action does. That it may be done, and on which flow, `allow-action.ts` has made sure in the same write. */

type Body<Name extends keyof typeof wizardApi> = (typeof wizardApi)[Name] extends {
  body: infer Schema extends z.ZodType
}
  ? z.infer<Schema>
  : never

/** The page was met: a hello from this origin reached the wizard. An unlisted origin ends the flow. */
export async function reportProof(
  services: Services,
  tx: Transaction,
  flow: Flow,
  { origin }: Body<'reportProof'>,
): Promise<void> {
  if (flow.allowed_origins.includes(origin)) {
    if (flow.proven_at === null) await changeFlow(tx, flow, { proven_at: services.now() })
    return
  }
  await endFlow(tx, services, flow, failure('OriginNotAllowed', { origin }))
}

/** The person read who asks, and agreed. */
export async function giveConsent({ now }: Services, tx: Transaction, flow: Flow): Promise<void> {
  await changeFlow(tx, flow, { consented_at: now(), active_at: now() })
}

/** **Edit settings**: back to the form, whatever the entry step was. */
export async function reopenForm(services: Services, tx: Transaction, flow: Flow): Promise<void> {
  await changeFlow(tx, flow, { reopened: 'form', active_at: services.now() })
  await advance(services, tx, flow.id)
}

/** **Try again**: a new check, or the one already running. */
export async function startCheck(services: Services, tx: Transaction, flow: Flow): Promise<string> {
  const sourceId = requireSource(flow)
  const name = await services.checks.start(tx, flow.account_id, sourceId)
  await showCheck(services, tx, flow, name)
  await advance(services, tx, flow.id)
  return name
}

/** Leaves the check's screen. A check of settings that have changed since does not count: a new one starts. */
export async function finishCheck(services: Services, tx: Transaction, flow: Flow): Promise<void> {
  const { sources, checks, now } = services
  const sourceId = requireSource(flow)
  const finished = await sources.finishedSteps(flow.account_id, sourceId, tx)
  if (finished.has('discover_schema')) {
    const walked = JSON.stringify([...flow.walked, 'discover_schema'])
    await changeFlow(tx, flow, { walked, active_at: now() })
  } else {
    await showCheck(services, tx, flow, await checks.start(tx, flow.account_id, sourceId))
  }
  await advance(services, tx, flow.id)
}

/** Saves what was ticked, or leaves the choice for later, and moves on. Throws InvalidProperties. */
export async function saveSelection(
  services: Services,
  tx: Transaction,
  flow: Flow,
  { then, ...selection }: Body<'saveSelection'>,
): Promise<void> {
  const { streams, now } = services
  const sourceId = requireSource(flow)
  if (then === 'save') {
    await streams.applySelection(tx, flow.account_id, sourceId, selection, flow.default_streams)
    const { count } = await streams.selection(flow.account_id, sourceId, tx)
    if (count === 0) {
      throw new AppError('InvalidProperties', {
        message: 'Select at least one stream, or skip this step for now.',
        data: { reason: 'nothing_selected', fields: {} },
      })
    }
  }
  const walked = JSON.stringify([...flow.walked, 'field_selection'])
  await changeFlow(tx, flow, { walked, active_at: now() })
  await advance(services, tx, flow.id)
}

/** **Cancel**. After a refusal at the provider the page learns of that, not of a closed window. */
export async function cancelFlow(
  services: Pick<Services, 'events' | 'now'>,
  tx: Transaction,
  flow: Flow,
  reason: 'cancelled' | 'closed' | 'aborted',
): Promise<void> {
  await endFlow(tx, services, flow, { kind: 'cancelled', reason, error: refusalError(flow) })
}

function requireSource(flow: Flow): number {
  if (flow.source_id === null) throw new AppError('Conflict', { data: { reason: 'other_step' } })
  return flow.source_id
}
