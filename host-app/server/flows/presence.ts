import type { CloseReason } from '@bobbin/shared/window-protocol'
import type { Timings } from '@bobbin/shared/timings'

/**
 * Who is there: the wizard documents whose stream is open in this process.
 *
 * An open stream is the one sign of life that never fails in any browser, crash included. Its end alone
 * says nothing: a reload asks for the next page at once, a trip to the provider was issued by our own
 * server, a phone hides the page first. Only when none of these explains it, and the grace has passed,
 * is the wizard believed gone.
 */
export interface Presence {
  /** A document's stream opened. Call the result when it ends. */
  enter(flowId: string, doc: string, end: () => void): () => void
  /** A page of the flow was asked for, or will be at once: the next document is on its way, and may be slow. */
  expect(flowId: string): void
  /** A hint from the document itself. */
  hint(flowId: string, doc: string, state: 'hidden' | 'visible' | 'leaving'): void
  /** Whether a document of the flow has its stream open, or is still waited for. */
  isThere(flowId: string): boolean
  /** After a restart: the flow was open, so believe in it for a while. */
  believe(flowId: string): void
  /** The flow ended; nothing more will be told about it. */
  forget(flowId: string): void
  stop(): void
}

interface Watched {
  streams: { doc: string; end: () => void }[]
  hint: 'hidden' | 'visible' | 'leaving'
  timer: NodeJS.Timeout | null
}

/** A flow's documents may hold this many streams; the oldest gives way. */
const streamsPerFlow = 3

export function createPresence({
  timings,
  onGone,
}: {
  timings: Timings
  /** The wizard is believed gone. Called again if it returns and goes again. */
  onGone: (flowId: string, reason: CloseReason) => void
}): Presence {
  const flows = new Map<string, Watched>()

  function watched(flowId: string): Watched {
    const known = flows.get(flowId)
    if (known) return known
    const fresh: Watched = { streams: [], hint: 'visible', timer: null }
    flows.set(flowId, fresh)
    return fresh
  }

  function wait(flowId: string, flow: Watched, grace: number): void {
    if (flow.timer) clearTimeout(flow.timer)
    flow.timer = setTimeout(() => {
      flow.timer = null
      if (flow.streams.length > 0) return
      flows.delete(flowId)
      onGone(flowId, flow.hint === 'hidden' ? 'abandoned' : 'closed')
    }, grace)
    flow.timer.unref()
  }

  function enter(flowId: string, doc: string, end: () => void): () => void {
    const flow = watched(flowId)
    if (flow.timer) clearTimeout(flow.timer)
    flow.timer = null
    flow.hint = 'visible'
    const stream = { doc, end }
    flow.streams.push(stream)
    if (flow.streams.length > streamsPerFlow) flow.streams[0]?.end()
    return () => {
      flow.streams = flow.streams.filter((one) => one !== stream)
      if (flow.streams.length > 0 || flows.get(flowId) !== flow) return
      wait(flowId, flow, flow.hint === 'hidden' ? timings.hiddenGrace : timings.presenceGrace)
    }
  }

  return {
    enter,
    expect: (flowId) => wait(flowId, watched(flowId), timings.load),
    hint(flowId, doc, state) {
      const flow = flows.get(flowId)
      if (!flow) return
      const isCurrent = flow.streams.length === 0 || flow.streams.at(-1)?.doc === doc
      if (!isCurrent) return
      // A page that is closed is hidden too; some browsers say so after it has said that it leaves.
      if (flow.hint === 'leaving' && state === 'hidden') return
      flow.hint = state
      // The beacon of a closing page may overtake or follow the end of its stream.
      if (flow.timer && state === 'leaving') wait(flowId, flow, timings.presenceGrace)
    },
    isThere: (flowId) => flows.has(flowId),
    believe: (flowId) => wait(flowId, watched(flowId), timings.restartGrace),
    forget(flowId) {
      const flow = flows.get(flowId)
      if (flow?.timer) clearTimeout(flow.timer)
      flows.delete(flowId)
    },
    stop() {
      for (const flow of flows.values()) if (flow.timer) clearTimeout(flow.timer)
      flows.clear()
    },
  }
}
