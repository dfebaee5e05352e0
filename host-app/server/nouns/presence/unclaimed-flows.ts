import { EventEmitter } from 'node:events'
import type { ErrorValue } from '@bobbin/shared/window-protocol'
import { clientOf } from '../../ground/client-address.ts'
import { createPlaces, type Place } from '../../ground/places.ts'
import { createRecentCounts } from '../../ground/recent-counts.ts'

/**
 * Windows that were opened and not yet claimed. They are not stored: this only bounds how many one
 * address may open and how many streams they hold, carries a refused claim to the window that waits for it, and
 * a **Cancel** in the window to the claim that is still to come.
 */
export interface UnclaimedFlows {
  /** False when the address has opened too many that were never claimed. */
  admit(flowId: string, address: string): boolean
  /** The place of a stream that waits for a claim; where an address has too many the oldest gives way. */
  takeStream(address: string): Place
  /** Forgets the flow, and says whether its person had given it up. */
  claimed(flowId: string): { isWithdrawn: boolean }
  /** Its person gave it up. */
  withdraw(flowId: string): void
  refuse(flowId: string, error: ErrorValue): void
  /** Calls back with the last refused claim of the flow and those to come. Returns the way to stop. */
  onRefused(flowId: string, listen: (error: ErrorValue) => void): () => void
}

const perAddress = 20
/** Three for each window of a minute. */
const streamsPerAddress = 3 * perAddress
const window = 60_000
/** Refusals that are remembered for windows that come after them, and windows given up. */
const remembered = 1_000

export function createUnclaimedFlows(now: () => number): UnclaimedFlows {
  const opened = createRecentCounts(window, now)
  const streams = createPlaces(streamsPerAddress)
  const refusals = new EventEmitter().setMaxListeners(0)
  const refused = new Map<string, ErrorValue>()
  const withdrawn = new Set<string>()

  return {
    admit(flowId, address) {
      if (opened.has(flowId)) return true
      const client = clientOf(address)
      if (opened.count(client) >= perAddress) return false
      opened.add(client, flowId)
      return true
    },
    takeStream: (address) => streams.take(clientOf(address)),
    claimed(flowId) {
      opened.takeBack(flowId)
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
