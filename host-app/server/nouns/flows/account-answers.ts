import type { z } from 'zod'
import type { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { Sources } from '../sources/sources.ts'
import type { FindAccountQuestion } from './account-question.ts'
import { madeSource } from './discard.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import type { FlowTrips } from './flow-trips.ts'
import type { Repairs } from './repairs.ts'

/**
 * The person came back from the provider with another account than the one that is connected, or adds one that is connected
 * already, and is asked. Until the answer nothing has changed but that the new grant lies apart. That a question stands, and who may
 * answer it so, `action-guard.ts` has made sure in the same write.
 *
 * To put a new source in the place of one that has the account is no answer: it would have another id, for which whoever
 * reads it would have to wait, and none of the selection. A repair keeps both.
 */
export interface AccountAnswers {
  /** The new account takes the place of the connected one. */
  replaceAccount(tx: Transaction, flow: Flow): Promise<Flow>
  /** What is connected stays as it is, and the new grant is given up; the person may authorize again. */
  keepAccount(tx: Transaction, flow: Flow): Promise<Flow>
  /**
   * The account becomes a source of its own: where another one is connected, with the same settings, and the flow goes on with that;
   * else it is the one that the flow is about.
   */
  addAccount(tx: Transaction, flow: Flow): Promise<Flow>
  /**
   * A source that is connected with the account gets the new grant, and what the flow's token sets; the flow goes on with that, and what
   * it had made is deleted.
   *
   * @throws {AppError} Conflict `not_connected`; AccessDenied `out_of_scope`
   */
  repairSource(tx: Transaction, flow: Flow, body: z.infer<typeof wizardApi.repairSource.body>): Promise<Flow>
}

export function createAccountAnswers({
  steps,
  trips,
  oauth,
  sources,
  findQuestion,
  repairs,
  now,
}: {
  steps: Pick<FlowSteps, 'advance'>
  trips: Pick<FlowTrips, 'noteAuthorized'>
  oauth: Pick<OAuth, 'takeAside' | 'findAside' | 'dropAside' | 'keepGrant'>
  sources: Pick<Sources, 'clone' | 'softDelete' | 'finishedSteps'>
  findQuestion: FindAccountQuestion
  repairs: Pick<Repairs, 'bringPresets'>
  now: () => number
}): AccountAnswers {
  async function takeAside(tx: Transaction, flow: Flow) {
    const grant = await oauth.takeAside(tx, { accountId: flow.account_id, flowId: flow.id })
    if (!grant || flow.source_id === null) {
      throw new AppError('Conflict', { data: { reason: 'no_question' } })
    }
    return { sourceId: flow.source_id, grant }
  }

  /** The flow's own source is what the grant is for. */
  async function takeForOwn(tx: Transaction, flow: Flow): Promise<Flow> {
    const { sourceId, grant } = await takeAside(tx, flow)
    await oauth.keepGrant(tx, { accountId: flow.account_id, sourceId }, grant)
    return steps.advance(tx, await trips.noteAuthorized(tx, flow))
  }

  return {
    replaceAccount: takeForOwn,

    async keepAccount(tx, flow) {
      const ofFlow = { accountId: flow.account_id, flowId: flow.id }
      if (!(await oauth.findAside(ofFlow, tx))) {
        throw new AppError('Conflict', { data: { reason: 'no_question' } })
      }
      await oauth.dropAside(tx, ofFlow)
      return changeFlow(tx, flow, { active_at: now() })
    },

    async addAccount(tx, flow) {
      if ((await findQuestion(flow, tx))?.kind === 'same') return takeForOwn(tx, flow)
      const { sourceId, grant } = await takeAside(tx, flow)
      const label = grant.externalAccount ?? undefined
      const added = await sources.clone(tx, flow.account_id, sourceId, { label, is_paused: false })
      await oauth.keepGrant(tx, { accountId: flow.account_id, sourceId: added.id }, grant)
      const withAdded = await changeFlow(tx, flow, madeSource(flow, added.id))
      return steps.advance(tx, await trips.noteAuthorized(tx, withAdded))
    },

    async repairSource(tx, flow, { source_id: id }) {
      const { account_id: accountId } = flow
      const question = await findQuestion(flow, tx)
      const repaired = question?.kind === 'same' && question.sources.find((one) => one.id === id)
      if (!repaired) {
        throw new AppError('Conflict', { data: { reason: 'not_connected' } })
      }
      if (!repaired.may_repair) throw new AppError('AccessDenied', { data: { reason: 'out_of_scope' } })
      const { sourceId, grant } = await takeAside(tx, flow)
      await repairs.bringPresets(tx, flow, id)
      await oauth.keepGrant(tx, { accountId, sourceId: id }, grant)
      if (flow.made.includes(sourceId)) await sources.softDelete(tx, accountId, sourceId)
      // What was selected stays, unless the token has a say in it.
      const finished = await sources.finishedSteps(accountId, id, tx)
      const isSelected = finished.has('field_selection') && flow.token_streams === null
      const walked = isSelected ? [...flow.walked, 'field_selection'] : [...flow.walked]
      const made = flow.made.filter((one) => one !== sourceId)
      const moved = await changeFlow(tx, flow, {
        source_id: id,
        made: JSON.stringify(made),
        walked: JSON.stringify(walked),
      })
      return steps.advance(tx, await trips.noteAuthorized(tx, moved))
    },
  }
}
