import { flowFunctions } from '@bobbin/shared/flow-function'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import {
  currentStep,
  reachableSteps,
  reportedStep,
  walkOf,
  wizardSteps,
  type StepFacts,
  type WizardStep,
} from '@bobbin/shared/steps'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { Checks } from '../checks/checks.ts'
import type { EventLog } from '../events/events.ts'
import { type Sources, chosenProperties, isRuled, plainProperties } from '../sources/sources.ts'
import type { Streams } from '../streams/streams.ts'
import type { EphemeralTokens } from '../tokens/tokens.ts'
import { endFlow } from './end-flow.ts'
import type { FindFlowInfo } from './flow-info.ts'
import type { FlowPresets } from './flow-presets.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import { mayEdit } from './may-edit.ts'
import { tellPage, tellWizard } from './tell-page.ts'

/** Which step a flow is at, and what becomes of it when that changes. */
export interface FlowSteps {
  readonly infoOf: FindFlowInfo
  /** What the flow's source asks for once it is authorized, without what the token says of it. */
  chosenOf(flow: Flow, tx?: Transaction): Promise<PropertyInfo[]>
  /** Where the flow is by what is true now: the step gone back to, unless one before it is unfinished, or the one the rules give. */
  stepOf(flow: Flow, tx?: Transaction): Promise<WizardStep | 'done'>
  /** The steps that a person can go to by themselves. */
  reachableOf(flow: Flow, tx?: Transaction): Promise<WizardStep[]>
  /** @throws {AppError} Conflict `not_finished`; AccessDenied `out_of_scope` where only an editing token leads */
  requireReachable(flow: Flow, step: WizardStep, tx: Transaction): Promise<void>
  /**
   * Moves a flow on after something in it changed: finds the step, starts the check that the step shows,
   * tells the page, and ends the flow when no step is left. Call it last in the change's own transaction, with the
   * flow as that has made it.
   */
  advance(tx: Transaction, flow: Flow): Promise<Flow>
  /** Makes this the check that the flow shows, and tells the wizard whose progress to follow. */
  showCheck(tx: Transaction, flow: Flow, name: string): Promise<Flow>
}

export interface FlowStepParts {
  readonly events: EventLog
  readonly infoOf: FindFlowInfo
  readonly ephemeralTokens: Pick<EphemeralTokens, 'allows'>
  readonly sources: Pick<Sources, 'find' | 'finishedSteps'>
  readonly checks: Pick<Checks, 'start' | 'startWhenReady' | 'latest'>
  readonly streams: Pick<
    Streams,
    'schemaChanged' | 'selection' | 'selectRequired' | 'ignoredDefaults' | 'ignoredOfToken'
  >
  readonly presets: Pick<FlowPresets, 'of'>
  readonly now: () => number
}

export function createFlowSteps({
  events,
  infoOf,
  ephemeralTokens,
  sources,
  checks,
  streams,
  presets,
  now,
}: FlowStepParts): FlowSteps {
  async function chosenOf(flow: Flow, tx?: Transaction): Promise<PropertyInfo[]> {
    if (flow.source_id === null) return []
    const source = await sources.find(flow.account_id, flow.source_id, tx)
    if (!source) return []
    const given = presets.of(flow)
    const chosen = chosenProperties(await infoOf(flow, tx), plainProperties(source))
    return chosen.filter(({ name }) => !isRuled(given[name]))
  }

  async function stepOf(flow: Flow, tx?: Transaction): Promise<WizardStep | 'done'> {
    const furthest = currentStep(flow.function, await factsOf(flow, tx))
    if (flow.reopened === null) return furthest
    const isCut = furthest !== 'done' && wizardSteps.indexOf(furthest) < wizardSteps.indexOf(flow.reopened)
    return isCut ? furthest : flow.reopened
  }

  async function reachableOf(flow: Flow, tx?: Transaction): Promise<WizardStep[]> {
    const facts = await factsOf(flow, tx)
    return reachableSteps(flow.function, facts, await mayEdit(ephemeralTokens, flow, tx))
  }

  async function requireReachable(flow: Flow, step: WizardStep, tx: Transaction): Promise<void> {
    if ((await reachableOf(flow, tx)).includes(step)) return
    if (reachableSteps(flow.function, await factsOf(flow, tx), true).includes(step)) {
      throw new AppError('AccessDenied', { data: { reason: 'out_of_scope' } })
    }
    throw new AppError('Conflict', { data: { reason: 'not_finished' } })
  }

  async function factsOf(flow: Flow, tx?: Transaction): Promise<StepFacts> {
    const { account_id: accountId, source_id: sourceId } = flow
    const sequence = walkOf(await infoOf(flow, tx))
    const finished =
      sourceId === null ? new Set<WizardStep>() : await sources.finishedSteps(accountId, sourceId, tx)
    const asksForChange = flowFunctions[flow.function].then === 'necessary' && sourceId !== null
    return {
      sequence,
      finished,
      walked: flow.walked,
      edit: flow.edit ?? undefined,
      schemaChanged: asksForChange ? await streams.schemaChanged(accountId, sourceId, tx) : false,
    }
  }

  async function advance(tx: Transaction, given: Flow): Promise<Flow> {
    if (given.status !== 'open') return given
    const flow = await leaveOutSelection(tx, await forgetUndone(tx, given))
    const step = await stepOf(flow, tx)
    if (step === 'done') {
      const ending = await changeFlow(tx, flow, { step })
      const result = await resultOf(tx, ending)
      const { account_id: accountId, token_streams: token } = ending
      const ignored = await streams.ignoredOfToken(accountId, result.id, token, tx)
      return endFlow(tx, { events, now }, ending, { kind: 'completed', result }, ignored)
    }
    const shown = step === 'discover_schema' ? await ensureCheck(tx, flow) : flow
    if (step === flow.step) return shown
    const moved = await changeFlow(tx, shown, { step })
    await tellPage(tx, events, flow.id, 'step', { step, source_id: flow.source_id })
    return moved
  }

  /** A selection of which nothing is left to the person is made without them, unless they came for it, or back to it. */
  async function leaveOutSelection(tx: Transaction, flow: Flow): Promise<Flow> {
    const { account_id: accountId, source_id: sourceId, token_streams: token, walked } = flow
    if (token === null || sourceId === null || flowFunctions[flow.function].entry === 'field_selection')
      return flow
    if (flow.reopened === 'field_selection' || (await stepOf(flow, tx)) !== 'field_selection') return flow
    const suggested = flow.default_streams
    if (!(await streams.selectRequired(tx, accountId, sourceId, suggested, token))) return flow
    return changeFlow(tx, flow, { walked: JSON.stringify([...walked, 'field_selection']) })
  }

  /** What was walked and is no longer finished has to be walked again. */
  async function forgetUndone(tx: Transaction, flow: Flow): Promise<Flow> {
    const { finished, walked } = await factsOf(flow, tx)
    // Leaving the selection for later completes its step, too.
    const left = [...walked].filter((step) => step === 'field_selection' || finished.has(step))
    return left.length === walked.size ? flow : changeFlow(tx, flow, { walked: JSON.stringify(left) })
  }

  /** The check that the step shows: the one asked for, the latest if it still holds, or a new one. */
  async function ensureCheck(tx: Transaction, flow: Flow): Promise<Flow> {
    const { account_id: accountId, source_id: sourceId } = flow
    if (flow.check_name !== null || sourceId === null) return flow
    const isShow = flow.function === 'displayDiscoveryOutputForSource'
    const latest = await checks.latest(accountId, sourceId, tx)
    const holds = (await sources.finishedSteps(accountId, sourceId, tx)).has('discover_schema')
    const shown = isShow ? (flow.discovery_job_name ?? latest?.name) : holds ? latest?.name : undefined
    return showCheck(tx, flow, shown ?? (await checks.start(tx, accountId, sourceId)))
  }

  async function showCheck(tx: Transaction, flow: Flow, name: string): Promise<Flow> {
    const changed = await changeFlow(tx, flow, { check_name: name, active_at: now() })
    await tellWizard(tx, events, flow.id, { type: 'check_shown', data: { name } })
    return changed
  }

  /**
   * The source as the page's promise resolves with it. A new authorization makes the last check void: where the flow
   * ends without one (`onlyAuthorizeSource`), the source is checked by itself, as after a change over REST.
   */
  async function resultOf(tx: Transaction, flow: Flow): Promise<SourceResult> {
    const { account_id: accountId, source_id: sourceId, token_streams: token } = flow
    const source = sourceId === null ? null : await sources.find(accountId, sourceId, tx)
    if (!source) throw new Error('A flow without a source cannot be complete.')
    const { id } = source
    const started = await checks.startWhenReady(tx, accountId, id)
    const latest = started === null ? await checks.latest(accountId, id, tx) : null
    const selected = await streams.selection(accountId, id, tx)
    const finished = await sources.finishedSteps(accountId, id, tx)
    return {
      id,
      type: source.type,
      display_name: source.display_name,
      step: reportedStep((await infoOf(flow, tx)).steps, finished),
      check:
        started === null
          ? latest && { name: latest.name, status: latest.status }
          : { name: started, status: 'running' },
      selected_streams: selected.ids,
      selected_streams_count: selected.count,
      ignored_default_streams: await streams.ignoredDefaults(accountId, id, flow.default_streams, token, tx),
    }
  }

  return { infoOf, chosenOf, stepOf, reachableOf, requireReachable, advance, showCheck }
}
