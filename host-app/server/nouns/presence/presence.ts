import type { CloseReason } from '@bobbin/shared/window-protocol'
import type { Timings } from '@bobbin/shared/timings'

export { type UnclaimedFlows, createUnclaimedFlows } from './unclaimed-flows.ts'

/**
 * Who is there: the wizard documents whose stream is open in this process, before the claim as after it.
 *
 * An open stream is the one sign of life that never fails in any browser, crash included. Its end alone
 * says nothing: a reload asks for the next page at once, a trip to the provider was issued by our own
 * server, a phone hides the page first and may stop it for as long as its owner reads a mail. Only when
 * none of these explains it, and the grace has passed, is the wizard believed gone.
 */
export interface Presence {
  /** A document's stream opened. Call the result when it ends. */
  enter(flowId: string, document: PresentDocument, end: () => void): () => void
  /** A page of the flow was asked for, or will be at once: the next document is on its way, and may be slow. */
  expect(flowId: string): void
  /** A hint from the document itself. Only that it leaves is heeded once its stream has ended. */
  hint(flowId: string, doc: string, state: 'hidden' | 'visible' | 'leaving'): void
  /** A document of an unclaimed flow leaves, perhaps before it had a stream. */
  left(flowId: string): void
  /** Whether a document of the flow has its stream open. */
  hasStream(flowId: string): boolean
  /** The same, or one is still waited for. */
  isThere(flowId: string): boolean
  /** After a restart: the flow was open, so believe in it for a while. */
  believe(flowId: string): void
  /** The flow was claimed: a document that came and went before is told of now. */
  claimed(flowId: string): void
  /** The flow ended; nothing more will be told about it. */
  forget(flowId: string): void
  /** Has this called whenever a wizard is believed gone, again if it returns and goes again. One listener. */
  onGone(listen: GoneListener): void
  stop(): void
}

type GoneListener = (flowId: string, reason: CloseReason) => void

/** How long each sign of life counts, in milliseconds. */
export type PresenceTimings = Pick<Timings, 'load' | 'presenceGrace' | 'hiddenGrace' | 'restartGrace'>

export interface PresentDocument {
  /** Its random name. */
  readonly doc: string
  /** Whether its device stops pages that are out of sight, as phones do: then a lost stream is no close. */
  readonly suspends: boolean
}

interface Watched {
  streams: { document: PresentDocument; end: () => void }[]
  /** The newest document's. */
  suspends: boolean
  hint: 'hidden' | 'visible' | 'leaving'
  timer: NodeJS.Timeout | null
}

/** A flow's documents may hold this many streams; the oldest gives way. */
const streamsPerFlow = 3
/** Flows whose documents left before anybody claimed them; more than this are not remembered. */
const remembered = 1_000

export function createPresence(timings: PresenceTimings): Presence {
  let onGone: GoneListener = () => {}
  const flows = new Map<string, Watched>()
  /** The flows that were believed gone last. */
  const departed = new Set<string>()

  function watched(flowId: string): Watched {
    const known = flows.get(flowId)
    if (known) return known
    const fresh: Watched = { streams: [], suspends: false, hint: 'visible', timer: null }
    flows.set(flowId, fresh)
    return fresh
  }

  function wait(flowId: string, flow: Watched, grace: number): void {
    if (flow.timer) clearTimeout(flow.timer)
    flow.timer = setTimeout(() => {
      flow.timer = null
      if (flow.streams.length > 0) return
      flows.delete(flowId)
      departed.delete(flowId)
      departed.add(flowId)
      if (departed.size > remembered) departed.delete(departed.values().next().value ?? '')
      onGone(flowId, isSuspended(flow) ? 'abandoned' : 'closed')
    }, grace)
    flow.timer.unref()
  }

  function enter(flowId: string, document: PresentDocument, end: () => void): () => void {
    const flow = watched(flowId)
    if (flow.timer) clearTimeout(flow.timer)
    flow.timer = null
    flow.hint = 'visible'
    flow.suspends = document.suspends
    departed.delete(flowId)
    const stream = { document, end }
    flow.streams.push(stream)
    if (flow.streams.length > streamsPerFlow) flow.streams[0]?.end()
    return () => {
      flow.streams = flow.streams.filter((one) => one !== stream)
      if (flow.streams.length > 0 || flows.get(flowId) !== flow) return
      wait(flowId, flow, isSuspended(flow) ? timings.hiddenGrace : timings.presenceGrace)
    }
  }

  return {
    enter,
    expect: (flowId) => wait(flowId, watched(flowId), timings.load),
    hint(flowId, doc, state) {
      const flow = flows.get(flowId)
      if (!flow) return
      // A page that is closed is hidden too, and some browsers say so last: after its stream has ended, after
      // it has said that it leaves.
      const current = flow.streams.at(-1)?.document.doc
      if (current === undefined ? state !== 'leaving' : current !== doc) return
      if (flow.hint === 'leaving' && state === 'hidden') return
      flow.hint = state
      // The beacon of a closing page may overtake or follow the end of its stream.
      if (flow.timer && state === 'leaving') wait(flowId, flow, timings.presenceGrace)
    },
    left(flowId) {
      const flow = watched(flowId)
      if (flow.streams.length === 0) wait(flowId, flow, timings.presenceGrace)
    },
    hasStream: (flowId) => (flows.get(flowId)?.streams.length ?? 0) > 0,
    isThere: (flowId) => flows.has(flowId),
    believe: (flowId) => wait(flowId, watched(flowId), timings.restartGrace),
    claimed(flowId) {
      if (departed.delete(flowId)) onGone(flowId, 'closed')
    },
    forget(flowId) {
      departed.delete(flowId)
      const flow = flows.get(flowId)
      if (flow?.timer) clearTimeout(flow.timer)
      flows.delete(flowId)
    },
    onGone: (listen) => void (onGone = listen),
    stop() {
      for (const flow of flows.values()) if (flow.timer) clearTimeout(flow.timer)
      flows.clear()
    },
  }
}

/** Out of sight on a device that stops pages there: it may come back much later. */
function isSuspended({ hint, suspends }: Watched): boolean {
  return suspends && hint === 'hidden'
}
