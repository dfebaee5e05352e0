import type { Refusal } from '@bobbin/shared/flow'
import { askedIn } from '@bobbin/shared/setting-rules'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import { isRuled, plainPresets, type Sources } from '../sources/sources.ts'
import type { OAuth } from '../oauth/oauth.ts'
import { refusalError } from './end-flow.ts'
import type { FlowPresets } from './flow-presets.ts'
import { changeFlow, findFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import { tellPage } from './tell-page.ts'

/**
 * The trip to the provider and back, as the flow sees it. Between `away` and `back` nobody can see
 * whether the window still lives, so nothing about it is believed.
 */
export interface FlowTrips {
  /** Marks the flow away and returns where to send the browser. That it may go, `action-guard.ts` has made sure. */
  leave(tx: Transaction, flow: Flow): Promise<string>
  /**
   * The flow, if it waits for a provider's answer. Any answer counts only while it does: what was decided since
   * stays as it is.
   */
  findWaiting(tx: Transaction, flowId: string): Promise<Flow | null>
  /** The person is back from the provider: it granted, did not for a reason, or granted what the person is asked about. */
  comeBack(tx: Transaction, flow: Flow, end: Refusal | 'granted' | 'asked'): Promise<Flow>
  /** The person is back without a grant, if the flow still waits for one. */
  refuse(tx: Transaction, flowId: string, refusal: Refusal): Promise<void>
  /** The step is done: new credentials, new check. */
  noteAuthorized(tx: Transaction, flow: Flow): Promise<Flow>
  /**
   * Somebody is at the flow's page: its time starts again. From a provider they came back without it: by the back
   * button, or to a page out of the browser's cache.
   */
  arrive(tx: Transaction, flow: Flow): Promise<Flow>
}

export function createFlowTrips({
  steps,
  presets,
  sources,
  registry,
  oauth,
  events,
  now,
}: {
  steps: Pick<FlowSteps, 'stepOf' | 'chosenOf' | 'advance'>
  presets: Pick<FlowPresets, 'of'>
  sources: Pick<Sources, 'find' | 'update'>
  registry: Pick<Registry, 'find'>
  oauth: Pick<OAuth, 'start' | 'dropAside'>
  events: EventLog
  now: () => number
}): FlowTrips {
  /** What the app chooses of the account itself: where that is another one, what was stored has gone. */
  async function choosePresets(tx: Transaction, flow: Flow): Promise<void> {
    const info = registry.find(flow.type)?.info
    if (flow.presets === null || flow.source_id === null || !info) return
    const given = presets.of(flow)
    const values = plainPresets(info, given)
    const ruled = askedIn(info.properties, 'oauth').flatMap(({ name }): [string, string][] => {
      const value = isRuled(given[name]) ? values[name] : undefined
      return value === undefined ? [] : [[name, value]]
    })
    const properties = Object.fromEntries(ruled)
    if (ruled.length > 0) await sources.update(tx, flow.account_id, flow.source_id, { properties }, 'merge')
  }

  async function noteAuthorized(tx: Transaction, flow: Flow): Promise<Flow> {
    await choosePresets(tx, flow)
    // What is chosen of the account is seen by the person, even where it was chosen before.
    const isDone = (await steps.chosenOf(flow, tx)).length === 0
    const walked = [...flow.walked].filter((step) => step !== 'oauth')
    return changeFlow(tx, flow, {
      walked: JSON.stringify(isDone ? [...walked, 'oauth'] : walked),
      reopened: null,
      check_name: null,
      active_at: now(),
    })
  }

  async function findWaiting(tx: Transaction, flowId: string): Promise<Flow | null> {
    const flow = await findFlow(tx.db, flowId)
    if (flow?.status !== 'open' || flow.source_id === null) return null
    // Deleted while the person was at the provider.
    if ((await sources.find(flow.account_id, flow.source_id, tx))?.deleted_at !== null) return null
    return (await steps.stepOf(flow, tx)) === 'oauth' ? flow : null
  }

  async function comeBack(tx: Transaction, flow: Flow, end: Refusal | 'granted' | 'asked') {
    const refusal = typeof end === 'string' ? null : end
    const back = await changeFlow(tx, flow, {
      refusal: refusal && JSON.stringify(refusal),
      away_at: null,
      active_at: now(),
    })
    const then = end === 'granted' ? await noteAuthorized(tx, back) : back
    await tellPage(tx, events, flow.id, 'back', { error: refusalError({ refusal }) })
    return steps.advance(tx, then)
  }

  return {
    async leave(tx, flow) {
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
        oauthClientId: flow.oauth_client_id,
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
    },

    findWaiting,
    comeBack,
    async refuse(tx, flowId, refusal) {
      const flow = await findWaiting(tx, flowId)
      if (flow) await comeBack(tx, flow, refusal)
    },
    noteAuthorized,

    async arrive(tx, flow) {
      if (flow.status !== 'open') return flow
      if (flow.away_at !== null) await tellPage(tx, events, flow.id, 'back', { error: null })
      return changeFlow(tx, flow, { away_at: null, active_at: now() })
    },
  }
}
