import type { z } from 'zod'
import type { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { Checks } from '../checks/checks.ts'
import type { EventLog } from '../events/events.ts'
import type { Sources } from '../sources/sources.ts'
import type { Streams } from '../streams/streams.ts'
import { discardMade } from './discard.ts'
import { cancelFlow, endFlow, failure } from './end-flow.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'

type Body<Name extends keyof typeof wizardApi> = (typeof wizardApi)[Name] extends {
  body: infer Schema extends z.ZodType
}
  ? z.infer<Schema>
  : never

/** What each action does; it returns the flow as it is then. That it may be done, and on which flow, `action-guard.ts` has made sure in the same write. */
export interface WizardActions {
  /** The page was met: a hello from this origin reached the wizard. An unlisted origin ends the flow. */
  reportProof(tx: Transaction, flow: Flow, body: Body<'reportProof'>): Promise<Flow>
  /** The person read who asks, and agreed. */
  giveConsent(tx: Transaction, flow: Flow): Promise<Flow>
  /**
   * Back to a finished step, or forth again; nothing else changes by it.
   *
   * @throws {AppError} Conflict: `not_finished`, or `away` while the person is at the provider; AccessDenied `out_of_scope`
   */
  goToStep(tx: Transaction, flow: Flow, body: Body<'goToStep'>): Promise<Flow>
  /** **Try again**: a new check, or the one already running, is shown. */
  startCheck(tx: Transaction, flow: Flow): Promise<Flow>
  /** Leaves the check's screen. A check of settings that have changed since does not count: a new one starts. */
  finishCheck(tx: Transaction, flow: Flow): Promise<Flow>
  /** Saves what was ticked, or leaves the choice for later, and moves on. Throws InvalidProperties, also for what the token does not leave open. */
  saveSelection(tx: Transaction, flow: Flow, body: Body<'saveSelection'>): Promise<Flow>
  /** **Cancel**; with `discard`, what this flow made is deleted in the same write. Throws Conflict. */
  cancelFlow(tx: Transaction, flow: Flow, body: Body<'cancelFlow'>): Promise<Flow>
}

export function createWizardActions({
  steps,
  sources,
  checks,
  streams,
  events,
  now,
}: {
  steps: Pick<FlowSteps, 'advance' | 'requireReachable' | 'showCheck'>
  sources: Pick<Sources, 'finishedSteps' | 'find' | 'softDelete'>
  checks: Pick<Checks, 'start'>
  streams: Pick<Streams, 'applySelection' | 'requireSkippable' | 'selection'>
  events: EventLog
  now: () => number
}): WizardActions {
  return {
    async reportProof(tx, flow, { origin }) {
      if (flow.allowed_origins.includes(origin)) {
        return flow.proven_at === null ? changeFlow(tx, flow, { proven_at: now() }) : flow
      }
      return endFlow(tx, { events, now }, flow, failure('OriginNotAllowed', { origin }))
    },

    giveConsent: (tx, flow) => changeFlow(tx, flow, { consented_at: now(), active_at: now() }),

    async goToStep(tx, flow, { step }) {
      if (flow.away_at !== null) throw new AppError('Conflict', { data: { reason: 'away' } })
      await steps.requireReachable(flow, step, tx)
      return steps.advance(
        tx,
        await changeFlow(tx, flow, { reopened: step, refusal: null, active_at: now() }),
      )
    },

    async startCheck(tx, flow) {
      const name = await checks.start(tx, flow.account_id, requireSource(flow))
      return steps.advance(tx, await steps.showCheck(tx, flow, name))
    },

    async finishCheck(tx, flow) {
      const sourceId = requireSource(flow)
      const finished = await sources.finishedSteps(flow.account_id, sourceId, tx)
      const walked = JSON.stringify([...flow.walked, 'discover_schema'])
      const changed = finished.has('discover_schema')
        ? await changeFlow(tx, flow, { walked, reopened: null, active_at: now() })
        : await steps.showCheck(tx, flow, await checks.start(tx, flow.account_id, sourceId))
      return steps.advance(tx, changed)
    },

    async saveSelection(tx, flow, { then, ...selection }) {
      const { account_id: accountId, default_streams: suggested, token_streams: token } = flow
      const sourceId = requireSource(flow)
      if (then === 'skip') await streams.requireSkippable(accountId, sourceId, token, tx)
      else {
        await streams.applySelection(tx, accountId, sourceId, selection, suggested, token)
        const { count } = await streams.selection(accountId, sourceId, tx)
        if (count === 0) {
          throw new AppError('InvalidProperties', {
            message: 'Select at least one stream, or skip this step for now.',
            data: { reason: 'nothing_selected', fields: {} },
          })
        }
      }
      const walked = JSON.stringify([...flow.walked, 'field_selection'])
      return steps.advance(tx, await changeFlow(tx, flow, { walked, reopened: null, active_at: now() }))
    },

    async cancelFlow(tx, flow, { discard }) {
      if (discard) await discardMade(tx, sources, flow, discard)
      const isDiscarded = discard !== undefined && flow.made.length > 0
      return cancelFlow(tx, { events, now }, flow, 'cancelled', isDiscarded)
    },
  }
}

function requireSource(flow: Flow): number {
  if (flow.source_id === null) throw new AppError('Conflict', { data: { reason: 'other_step' } })
  return flow.source_id
}
