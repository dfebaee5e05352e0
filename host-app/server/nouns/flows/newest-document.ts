import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { EventLog } from '../events/events.ts'
import { bindFlow } from './bind-flow.ts'
import { changeFlow, findFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import type { FlowTrips } from './flow-trips.ts'
import { tellPage, tellWizard } from './tell-page.ts'

/** A document of the wizard, as the browser that has it opens its stream. */
interface OpenedDocument {
  /** Its random name. */
  readonly doc: string
  readonly cookieHash: string
  /** It had a stream before, which was cut. */
  readonly isBack: boolean
}

/**
 * Of the documents in which a flow is open (a reload, a second tab, one out of the browser's cache) the newest has
 * it: the others are told that they are superseded, and nothing is believed of them.
 */
export interface NewestDocument {
  /**
   * Binds flow and browser, and makes this document the newest. An older one whose stream was merely cut does not
   * take over again.
   */
  open(tx: Transaction, flowId: string, document: OpenedDocument): Promise<Flow | 'elsewhere' | 'superseded'>
  /**
   * The document leaves for the provider. Where it does so before its stream was heard, it is made the newest now: what
   * then comes late of its stream is not taken for its return.
   */
  leave(tx: Transaction, flow: Flow, doc: string): Promise<Flow>
  /** The document is out of sight, which its page is told. @throws {AppError} FlowExpired */
  hide(tx: Transaction, flow: Flow, doc: string): Promise<void>
}

export function createNewestDocument({
  steps,
  trips,
  events,
}: {
  steps: Pick<FlowSteps, 'advance'>
  trips: Pick<FlowTrips, 'arrive'>
  events: EventLog
}): NewestDocument {
  async function takeOver(tx: Transaction, flow: Flow, doc: string): Promise<Flow> {
    const taken = await trips.arrive(tx, await changeFlow(tx, flow, { doc_id: doc }))
    await tellWizard(tx, events, flow.id, { type: 'superseded', data: { by: doc } })
    await tellPage(tx, events, flow.id, 'here', { doc })
    return taken
  }

  return {
    async open(tx, flowId, { doc, cookieHash, isBack }) {
      const flow = await findFlow(tx.db, flowId)
      if (!flow) return 'elsewhere'
      if (flow.cookie_hash !== null && flow.cookie_hash !== cookieHash) return 'elsewhere'
      if (isBack && flow.doc_id !== doc) return 'superseded'
      const bound = await bindFlow(tx, flow, cookieHash)
      if (bound.doc_id === doc || bound.status !== 'open') return bound
      const shown = await takeOver(tx, bound, doc)
      return shown.step === null ? steps.advance(tx, shown) : shown
    },

    leave: async (tx, flow, doc) => (flow.doc_id === doc ? flow : takeOver(tx, flow, doc)),

    async hide(tx, flow, doc) {
      const { status, doc_id: newest } = (await findFlow(tx.db, flow.id)) ?? flow
      if (status !== 'open') throw new AppError('FlowExpired', { data: { status } })
      if (newest === doc) await tellPage(tx, events, flow.id, 'hidden', { doc })
    },
  }
}
