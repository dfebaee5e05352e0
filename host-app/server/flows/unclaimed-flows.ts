import { EventEmitter } from 'node:events'
import type { ErrorValue } from '@bobbin/shared/window-protocol'

/**
 * Windows that were opened and not yet claimed. They are not stored: this only bounds how many one
 * address may open (each holds a stream), carries a refused claim to the window that waits for it, and
 * a **Cancel** in the window to the claim that is still to come.
 */
export interface UnclaimedFlows {
  /** False when the address has opened too many that were never claimed. */
  admit(flowId: string, address: string): boolean
  /** Forgets the flow, and says whether its person had given it up. */
  claimed(flowId: string): { isWithdrawn: boolean }
  /** Its person gave it up. */
  withdraw(flowId: string): void
  refuse(flowId: string, error: ErrorValue): void
  /** Calls back with the last refused claim of the flow and those to come. Returns the way to stop. */
  onRefused(flowId: string, listen: (error: ErrorValue) => void): () => void
}

const perAddress = 20
const window = 60_000
/** Refusals that are remembered for windows that come after them, and windows given up. */
const remembered = 1_000

export function createUnclaimedFlows(now: () => number): UnclaimedFlows {
  const byAddress = new Map<string, Map<string, number>>()
  const addressOf = new Map<string, string>()
  const refusals = new EventEmitter().setMaxListeners(0)
  const refused = new Map<string, ErrorValue>()
  const withdrawn = new Set<string>()

  function forget(flowId: string): void {
    const address = addressOf.get(flowId)
    if (address === undefined) return
    addressOf.delete(flowId)
    const flows = byAddress.get(address)
    flows?.delete(flowId)
    if (flows?.size === 0) byAddress.delete(address)
  }

  return {
    admit(flowId, address) {
      const flows = byAddress.get(address) ?? new Map<string, number>()
      for (const [id, at] of flows) if (at + window <= now()) forget(id)
      if (flows.has(flowId)) return true
      if (flows.size >= perAddress) return false
      byAddress.set(address, flows.set(flowId, now()))
      addressOf.set(flowId, address)
      return true
    },
    claimed(flowId) {
      forget(flowId)
      refused.delete(flowId)
      return { isWithdrawn: withdrawn.delete(flowId) }
    },
    withdraw(flowId) {
      withdrawn.add(flowId)
      if (withdrawn.size > remembered) withdrawn.delete(withdrawn.values().next().value ?? '')
    },
    refuse(flowId, error) {
      refused.delete(flowId)
      refused.set(flowId, error)
      if (refused.size > remembered) refused.delete(refused.keys().next().value ?? '')
      refusals.emit(flowId, error)
    },
    onRefused(flowId, listen) {
      const last = refused.get(flowId)
      if (last) listen(last)
      refusals.on(flowId, listen)
      return () => refusals.off(flowId, listen)
    },
  }
}
