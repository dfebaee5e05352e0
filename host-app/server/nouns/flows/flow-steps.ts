import { flowFunctions } from '@bobbin/shared/flow-function'
import { currentStep, reportedStep, type WizardStep } from '@bobbin/shared/steps'
import { AppError } from '../../ground/app-error.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { endFlow } from './end-flow.ts'
import { changeFlow, findFlow, type Flow } from './flow-row.ts'
import { tellPage, tellWizard } from './tell-page.ts'

export type StepServices = Pick<
  Services,
  'events' | 'now' | 'registry' | 'sources' | 'checks' | 'streams' | 'database'
>

/** Where the flow is by what is true now: the step gone back to, or the one the rules give. */
export async function stepOf(
  { registry, sources, streams }: StepServices,
  flow: Flow,
  tx?: Transaction,
): Promise<WizardStep | 'done'> {
  if (flow.reopened) return flow.reopened
  const { account_id: accountId, source_id: sourceId } = flow
  const connector = registry.find(flow.type)
  if (!connector) throw new AppError('UnknownSourceType', { data: { type: flow.type } })
  const finished =
    sourceId === null ? new Set<WizardStep>() : await sources.finishedSteps(accountId, sourceId, tx)
  const asksForChange = flowFunctions[flow.function].then === 'necessary' && sourceId !== null
  return currentStep(flow.function, {
    sequence: connector.info.steps,
    finished,
    walked: flow.walked,
    edit: flow.edit ?? undefined,
    schemaChanged: asksForChange ? await streams.schemaChanged(accountId, sourceId, tx) : false,
  })
}

/**
 * Moves a flow on after something in it changed: finds the step, starts the check that the step shows,
 * tells the page, and ends the flow when no step is left. Call it last in the change's own transaction.
 */
export async function advance(services: StepServices, tx: Transaction, flowId: string): Promise<void> {
  const flow = await findFlow(tx.db, flowId)
  if (!flow || flow.status !== 'open') return
  const step = await stepOf(services, flow, tx)
  if (step === 'done') {
    await changeFlow(tx, flow, { step })
    const check = await checkIfReady(services, tx, flow)
    await endFlow(tx, services, flow, {
      kind: 'completed',
      result: await resultOf(services, flow, tx, check),
    })
    return
  }
  if (step === 'discover_schema') await ensureCheck(services, tx, flow)
  if (step === flow.step) return
  await changeFlow(tx, flow, { step })
  await tellPage(tx, services.events, flow.id, 'step', { step, source_id: flow.source_id })
}

/** The check that the step shows: the one asked for, the latest if it still holds, or a new one. */
async function ensureCheck(services: StepServices, tx: Transaction, flow: Flow): Promise<void> {
  const { checks, sources } = services
  const { account_id: accountId, source_id: sourceId } = flow
  if (flow.check_name !== null || sourceId === null) return
  const isShow = flow.function === 'displayDiscoveryOutputForSource'
  const latest = await checks.latest(accountId, sourceId, tx)
  const holds = (await sources.finishedSteps(accountId, sourceId, tx)).has('discover_schema')
  const shown = isShow ? (flow.discovery_job_name ?? latest?.name) : holds ? latest?.name : undefined
  await showCheck(services, tx, flow, shown ?? (await checks.start(tx, accountId, sourceId)))
}

/** Makes this the check that the flow shows, and tells the wizard whose progress to follow. */
export async function showCheck(
  { events, now }: Pick<Services, 'events' | 'now'>,
  tx: Transaction,
  flow: Flow,
  name: string,
): Promise<void> {
  await changeFlow(tx, flow, { check_name: name, active_at: now() })
  await tellWizard(tx, events, flow.id, { type: 'check_shown', data: { name } })
}

/**
 * A new authorization makes the last check void. Where the flow ends without one (`onlyAuthorizeSource`),
 * the source is checked by itself, as after a change over REST.
 */
async function checkIfReady(
  { registry, sources, checks }: StepServices,
  tx: Transaction,
  { account_id: accountId, source_id: sourceId, type }: Flow,
): Promise<SourceResult['check']> {
  if (sourceId === null) return null
  const finished = await sources.finishedSteps(accountId, sourceId, tx)
  if (reportedStep(registry.find(type)?.info.steps ?? [], finished) !== 'discover_schema') return null
  return { name: await checks.start(tx, accountId, sourceId), status: 'running' }
}

/** The source as the page's promise resolves with it. `started` is a check that this transaction began. */
async function resultOf(
  { registry, sources, checks, streams }: StepServices,
  flow: Flow,
  tx: Transaction,
  started: SourceResult['check'],
): Promise<SourceResult> {
  const { account_id: accountId, source_id: sourceId } = flow
  if (sourceId === null) throw new Error('A flow without a source cannot be complete.')
  const source = await tx.db
    .selectFrom('source')
    .selectAll()
    .where('id', '=', sourceId)
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const latest = await checks.latest(accountId, sourceId, tx)
  const selected = await streams.selection(accountId, sourceId, tx)
  const finished = await sources.finishedSteps(accountId, sourceId, tx)
  return {
    id: source.id,
    type: source.type,
    display_name: source.display_name,
    step: reportedStep(registry.find(source.type)?.info.steps ?? [], finished),
    check: started ?? (latest && { name: latest.name, status: latest.status }),
    selected_streams: selected.ids,
    selected_streams_count: selected.count,
    ignored_default_streams: await streams.ignoredDefaults(accountId, sourceId, flow.default_streams, tx),
  }
}
