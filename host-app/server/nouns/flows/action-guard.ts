import { actionRefusal, wizardActions, type WizardActionName } from '@bobbin/shared/wizard-actions'
import { walkOf } from '@bobbin/shared/steps'
import { AppError } from '../../ground/app-error.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { Checks } from '../checks/checks.ts'
import type { FindAccountQuestion } from './account-question.ts'
import type { FlowLifetime } from './flow-lifetime.ts'
import { bindFlow } from './bind-flow.ts'
import { findFlow, type Flow } from './flow-row.ts'
import { consentOf } from './consent.ts'
import type { FlowSteps } from './flow-steps.ts'

/** Who acts: the browser whose cookie came with the call. */
export interface ActingBrowser {
  readonly flowId: string
  readonly cookieHash: string
}

/** What may be done in the wizard when. */
export interface ActionGuard {
  /**
   * Does one action, all in one write: on the flow as that finds it, where the action may be done. The first browser
   * that acts on a claimed flow binds it.
   *
   * @throws {AppError} FlowExpired, AccessDenied or Conflict, with the `reason`; and what `work` throws
   */
  act<Result>(
    browser: ActingBrowser,
    action: WizardActionName,
    work: (tx: Transaction, flow: Flow) => Promise<Result>,
  ): Promise<Result>
  /** @throws {AppError} AccessDenied or Conflict, with the `reason` */
  requireAllowed(flow: Flow, action: WizardActionName, tx?: Transaction): Promise<void>
}

export function createActionGuard({
  database,
  steps,
  lifetime,
  checks,
  findQuestion,
}: {
  database: Pick<Database, 'write'>
  steps: Pick<FlowSteps, 'infoOf' | 'stepOf'>
  lifetime: Pick<FlowLifetime, 'expire'>
  checks: Pick<Checks, 'find'>
  findQuestion: FindAccountQuestion
}): ActionGuard {
  async function requireAllowed(flow: Flow, action: WizardActionName, tx?: Transaction): Promise<void> {
    // Leaving, and saying who one is, is possible whatever became of the source.
    if (wizardActions[action].step === null) return
    const shown = flow.check_name === null ? null : await checks.find(flow.account_id, flow.check_name, tx)
    const info = await steps.infoOf(flow, tx)
    const isUntold = info.is_checked === true && shown?.verdict === 'unknown'
    const refusal = actionRefusal(action, {
      function: flow.function,
      sequence: walkOf(info),
      step: await steps.stepOf(flow, tx),
      isConsented: consentOf(flow) !== 'needed',
      check: isUntold ? 'unknown' : (shown?.status ?? null),
      accountQuestion: (await findQuestion(flow, tx))?.kind ?? null,
    })
    if (refusal === null) return
    if (refusal === 'consent') throw new AppError('AccessDenied', { data: { reason: refusal } })
    throw new AppError('Conflict', { data: { reason: refusal } })
  }

  async function findFor(tx: Transaction, { flowId, cookieHash }: ActingBrowser): Promise<Flow> {
    const found = await findFlow(tx.db, flowId)
    if (!found) throw new AppError('Conflict', { data: { reason: 'unclaimed' } })
    const flow = await bindFlow(tx, found, cookieHash)
    if (flow.cookie_hash !== cookieHash) throw new AppError('Conflict', { data: { reason: 'elsewhere' } })
    return lifetime.expire(tx, flow)
  }

  return {
    requireAllowed,
    async act(browser, action, work) {
      const done = await database.write(async (tx) => {
        const flow = await findFor(tx, browser)
        // Not thrown here: it may be this write that ended it.
        if (flow.status !== 'open') return { endedAs: flow.status }
        await requireAllowed(flow, action, tx)
        return { result: await work(tx, flow) }
      })
      if ('endedAs' in done) throw new AppError('FlowExpired', { data: { status: done.endedAs } })
      return done.result
    },
  }
}
