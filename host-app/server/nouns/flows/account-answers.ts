import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { Sources } from '../sources/sources.ts'
import { madeSource } from './discard.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import type { FlowTrips } from './flow-trips.ts'

/**
 * The person came back from the provider with another account than the one that is connected, and is asked.
 * Until the answer nothing has changed but that the new grant lies apart. That a question stands, and who may
 * answer it so, `action-guard.ts` has made sure in the same write.
 */
export interface AccountAnswers {
  /** The new account takes the place of the connected one. */
  replaceAccount(tx: Transaction, flow: Flow): Promise<Flow>
  /** The connected account stays, and the new grant is given up; the person may authorize again. */
  keepAccount(tx: Transaction, flow: Flow): Promise<Flow>
  /** The new account becomes a source of its own, with the same settings; the flow goes on with that one. */
  addAccount(tx: Transaction, flow: Flow): Promise<Flow>
}

export function createAccountAnswers({
  steps,
  trips,
  oauth,
  sources,
  now,
}: {
  steps: Pick<FlowSteps, 'advance'>
  trips: Pick<FlowTrips, 'noteAuthorized'>
  oauth: Pick<OAuth, 'takeAside' | 'findAside' | 'dropAside' | 'keepGrant'>
  sources: Pick<Sources, 'clone'>
  now: () => number
}): AccountAnswers {
  async function takeAside(tx: Transaction, flow: Flow) {
    const grant = await oauth.takeAside(tx, { accountId: flow.account_id, flowId: flow.id })
    if (!grant || flow.source_id === null) {
      throw new AppError('Conflict', { data: { reason: 'no_question' } })
    }
    return { sourceId: flow.source_id, grant }
  }

  return {
    async replaceAccount(tx, flow) {
      const { sourceId, grant } = await takeAside(tx, flow)
      await oauth.keepGrant(tx, { accountId: flow.account_id, sourceId }, grant)
      return steps.advance(tx, await trips.noteAuthorized(tx, flow))
    },

    async keepAccount(tx, flow) {
      const ofFlow = { accountId: flow.account_id, flowId: flow.id }
      if (!(await oauth.findAside(ofFlow, tx))) {
        throw new AppError('Conflict', { data: { reason: 'no_question' } })
      }
      await oauth.dropAside(tx, ofFlow)
      return changeFlow(tx, flow, { active_at: now() })
    },

    async addAccount(tx, flow) {
      const { sourceId, grant } = await takeAside(tx, flow)
      const label = grant.externalAccount ?? undefined
      const added = await sources.clone(tx, flow.account_id, sourceId, { label, is_paused: false })
      await oauth.keepGrant(tx, { accountId: flow.account_id, sourceId: added.id }, grant)
      const withAdded = await changeFlow(tx, flow, madeSource(flow, added.id))
      return steps.advance(tx, await trips.noteAuthorized(tx, withAdded))
    },
  }
}
