import { sql } from 'kysely'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { Presets } from '../sources/sources.ts'
import type { Flow } from './flow-row.ts'

/** The settings that a flow's token gave, sealed with the flow as long as that is open. */
export interface FlowPresets {
  /** In clear, by the names that are ours: never answer or log them. Throws `SealError`. */
  of(flow: Pick<Flow, 'id' | 'account_id' | 'presets'>): Presets
  /** The column's content for a new flow. */
  seal(flow: { id: string; account_id: number }, presets: Presets): string
}

export function createFlowPresets(keyRing: Pick<KeyRing, 'seal' | 'open'>): FlowPresets {
  return {
    of: (flow) =>
      flow.presets === null ? none : (JSON.parse(keyRing.open(flow.presets, contextOf(flow))) as Presets),
    seal: (flow, presets) => keyRing.seal(JSON.stringify(presets), contextOf(flow)),
  }
}

const none: Presets = {}

function contextOf({ id, account_id: accountId }: { id: string; account_id: number }): SealContext {
  return ['flow', accountId, id]
}

export const sealedFlowPresets = sealedColumn({
  table: 'flow',
  column: 'presets',
  columns: ['id', 'account_id'],
  contextOf,
  isAlive: () => sql`presets is not null`,
})
