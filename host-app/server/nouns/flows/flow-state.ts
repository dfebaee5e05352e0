import type { FlowState } from '@bobbin/shared/flow'
import { flowFunctions } from '@bobbin/shared/flow-function'
import { stepsWithin, walkOf, type WizardStep } from '@bobbin/shared/steps'
import type { Transaction } from '../../store/database.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Checks } from '../checks/checks.ts'
import type { Sources } from '../sources/sources.ts'
import type { Streams } from '../streams/streams.ts'
import type { FindAccountQuestion } from './account-question.ts'
import type { AuthorizeTickets } from './authorize-ticket.ts'
import { consentOf } from './consent.ts'
import { findMade } from './discard.ts'
import type { Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import type { FlowView } from './flow-view.ts'

/** All that the wizard shows of a flow, in a write as that has made it; how long it waits for things is the page's to add. */
export type FindFlowState = (flow: Flow, tx?: Transaction) => Promise<Omit<FlowState, 'timings'>>

export function createFlowStates({
  steps,
  view,
  accounts,
  sources,
  checks,
  streams,
  findQuestion,
  tickets,
}: {
  steps: Pick<FlowSteps, 'infoOf' | 'chosenOf' | 'stepOf' | 'reachableOf'>
  view: FlowView
  accounts: Pick<Accounts, 'askerOf'>
  sources: Pick<Sources, 'find' | 'isAuthorized' | 'viewForWizard'>
  checks: Pick<Checks, 'find'>
  streams: Pick<Streams, 'selection'>
  findQuestion: FindAccountQuestion
  tickets: Pick<AuthorizeTickets, 'issue'>
}): FindFlowState {
  return async function findState(flow, tx) {
    const { account_id: accountId, source_id: sourceId } = flow
    const info = await steps.infoOf(flow, tx)
    const { app, company } = await accounts.askerOf(accountId, tx)
    const source = await shownSource(flow, tx)
    const step = flow.status === 'open' ? await steps.stepOf(flow, tx) : 'done'
    const question = step === 'oauth' ? await findQuestion(flow, tx) : null
    return {
      status: flow.status,
      flow_id: flow.id,
      function: flow.function,
      app,
      company,
      origin: flow.origin,
      allowed_origins: [...flow.allowed_origins],
      consent: consentOf(flow),
      connector: await view.connectorOf(flow, info, source, tx),
      steps: stepsWithin(flow.function, walkOf(info)).filter((one) => one === step || !isLeftOut(flow, one)),
      step,
      source: source && view.sourceOf(flow, info, source),
      made: flow.status === 'open' ? await findMade(sources, flow, tx) : [],
      check: flow.check_name === null ? null : await checks.find(accountId, flow.check_name, tx),
      reachable: flow.status === 'open' ? await steps.reachableOf(flow, tx) : [],
      refusal: flow.refusal,
      other_account: question?.kind === 'other' ? { name: question.name, may_add: question.mayAdd } : null,
      same_account:
        question?.kind === 'same' ? { name: question.name, sources: [...question.sources] } : null,
      choices: await choicesOf(flow, tx),
      authorize_ticket: step === 'oauth' ? tickets.issue(flow) : null,
      selected_count: sourceId === null ? 0 : (await streams.selection(accountId, sourceId, tx)).count,
      outcome: flow.outcome,
      is_acknowledged: flow.acknowledged_at !== null,
    }
  }

  /** Shown once there is an account of which to choose. */
  async function choicesOf(flow: Flow, tx?: Transaction): Promise<FlowState['choices']> {
    const { account_id: accountId, source_id: sourceId } = flow
    if (flow.status !== 'open' || sourceId === null) return []
    const chosen = await steps.chosenOf(flow, tx)
    if (chosen.length === 0 || !(await sources.isAuthorized(accountId, sourceId, tx))) return []
    const { properties: values } = await sources.viewForWizard(accountId, sourceId, tx)
    const given = view.presetsOf(flow)
    return chosen.map(({ name, title, description, is_required }) => ({
      name,
      title,
      ...(description !== undefined && { description }),
      is_required,
      value: values[name] ?? given[name]?.value ?? null,
    }))
  }

  /** A flow that has ended is shown even where its source has gone. */
  async function shownSource({ account_id: accountId, source_id: id, status }: Flow, tx?: Transaction) {
    if (id === null) return null
    const hasGone = status !== 'open' && (await sources.find(accountId, id, tx))?.deleted_at !== null
    if (hasGone) return null
    const source = await sources.viewForWizard(accountId, id, tx)
    // Nobody fills it in any more, and what its token hid is forgotten.
    return status === 'open' ? source : { ...source, properties: {}, kept_secrets: [] }
  }
}

/** The selection, where the token alone says what is selected: it is shown only where that cannot be. */
function isLeftOut({ function: fn, token_streams: token }: Flow, step: WizardStep): boolean {
  if (step !== 'field_selection' || flowFunctions[fn].entry === step || !token?.allowed) return false
  return token.allowed.every((name) => token.required?.includes(name))
}
