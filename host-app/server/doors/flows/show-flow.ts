import type { FlowState } from '@bobbin/shared/flow'
import type { Timings } from '@bobbin/shared/timings'
import type { FindFlowState, Flow } from '../../nouns/flows/flows.ts'
import type { Transaction } from '../../store/database.ts'

/** All that the wizard's page shows of a flow, and how long it waits for things. */
export type ShowFlow = (flow: Flow, tx?: Transaction) => Promise<FlowState>

export function createShowFlow(
  findState: FindFlowState,
  { proof, done, call }: Pick<Timings, 'proof' | 'done' | 'call'>,
): ShowFlow {
  return async (flow, tx) => ({ ...(await findState(flow, tx)), timings: { proof, done, call } })
}
