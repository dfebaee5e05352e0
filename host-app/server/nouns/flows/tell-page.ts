import { isTerminal, type FlowEventData, type FlowEventType } from '@bobbin/shared/window-protocol'
import type { EventLog } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import { relayTopic, wizardTopic } from './flow-row.ts'

/** A flow that reloads for ever must not fill the disk: past this, only how it ended is still told. */
const relayRows = 1_000

/** Appends to the flow's relay, which the page follows and the wizard passes on over the direct link. */
export async function tellPage<Type extends FlowEventType>(
  tx: Transaction,
  events: EventLog,
  flowId: string,
  type: Type,
  data: FlowEventData[Type],
): Promise<void> {
  const limit = isTerminal({ type }) ? undefined : relayRows
  await events.append(tx, relayTopic(flowId), type, data, limit)
}

/** What only the flow's wizard documents need to know. */
export type WizardNotice =
  | { type: 'acknowledged'; data: Record<string, never> }
  | { type: 'superseded'; data: { by: string } }
  | { type: 'check_shown'; data: { name: string } }

export async function tellWizard(
  tx: Transaction,
  events: EventLog,
  flowId: string,
  { type, data }: WizardNotice,
): Promise<void> {
  await events.append(tx, wizardTopic(flowId), type, data, relayRows)
}
