import type { CloseCertainty, CloseReason, SourceResult } from '@bobbin/shared/window-protocol'
import { errorFromHost, failuresOf, type Fail } from './failure.ts'
import type { Flow, Progress } from './flow.ts'
import type { ProgressEvent } from './options.ts'
import { parseFlowEvent } from './relay-events.ts'

/** Where a flow's news comes together, and its promise settles: once, by whichever channel is first. */
export interface Outcome {
  readonly promise: Promise<SourceResult>
  readonly fail: Fail
  /** Tells the page's `onEvent`. */
  report(type: ProgressEvent['type']): void
  /** Takes an event of either channel; the same one counts once, and what is none does not. */
  receive(value: unknown): void
  reject(error: unknown): void
  /**
   * Rejects with an error from which the flow can go on: nothing has ended at the host. For a window that
   * has gone after a refusal at the provider, that is the error.
   */
  lose(
    code: 'AppClosedPrematurely' | 'AppLoadTimeout' | 'CookiesBlocked' | 'RelayUnreachable',
    closing?: Closing,
  ): void
  /** Whether it settled with such an error. */
  isLost(): boolean
}

export interface Closing {
  readonly reason: CloseReason
  readonly certainty: CloseCertainty
}

interface OutcomeNeeds {
  readonly resume: () => Promise<SourceResult>
  /** The wizard's window went somewhere: `progress.phase` says where. */
  readonly onMove: (type: 'away' | 'back' | 'here') => void
  /** The host lost sight of the window. */
  readonly onGone: (closing: Closing) => void
}

export function openOutcome(flow: Flow, progress: Progress, needs: OutcomeNeeds): Outcome {
  const { onEvent } = flow.options
  let resolve!: (result: SourceResult) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<SourceResult>((...settle) => ([resolve, reject] = settle))
  /** Before this page went on with the flow, its earlier document was told. */
  const start = progress.latest
  const seen = new Set<number>()
  let isLost = false

  const facts = () => ({ step: progress.step, sourceId: progress.sourceId })
  const fail = failuresOf(flow, facts)

  function report(type: ProgressEvent['type']): void {
    const event = { type, flowId: flow.flowId, seq: progress.latest, at: Date.now(), ...facts() }
    // In a task of its own: what the page's handler throws is not ours to catch.
    if (onEvent) queueMicrotask(() => onEvent(event))
  }

  function receive(value: unknown): void {
    const event = parseFlowEvent(value)
    if (!event || event.seq <= start || seen.has(event.seq)) return
    seen.add(event.seq)
    // Where the other channel was quicker, an older event no longer says where the window is.
    const isNews = event.seq > progress.latest
    if (isNews) progress.latest = event.seq
    const { type, data } = event
    switch (type) {
      case 'here':
      case 'away':
      case 'back':
        if (type === 'back') progress.refusal = data.error
        if (isNews) {
          progress.phase = type === 'away' ? type : 'open'
          needs.onMove(type)
        }
        if (type !== 'here') report(type)
        break
      case 'step':
        progress.step = data.step
        if (data.source_id) progress.sourceId = data.source_id
        report(type)
        break
      case 'gone':
        if (isNews) needs.onGone(data)
        break
      case 'completed':
        resolve(data)
        break
      case 'cancelled':
        // What is deleted is nobody's to go on with.
        if (data.discarded) progress.sourceId = undefined
        reject(
          data.error ? errorFromHost(fail, data.error) : fail('AppClosedPrematurely', closedBy(data.reason)),
        )
        break
      case 'failed':
        reject(errorFromHost(fail, data))
        break
      case 'claimed':
      case 'hidden':
    }
  }

  return {
    promise,
    fail,
    report,
    receive,
    reject,
    lose(code, closing) {
      isLost = true
      const { resume } = needs
      const { refusal } = progress
      reject(
        closing && refusal ? errorFromHost(fail, refusal, { resume }) : fail(code, { ...closing, resume }),
      )
    },
    isLost: () => isLost,
  }
}

/** What `close()` and **Cancel** say. */
export function closedBy(reason: string): Closing {
  return { reason: reason === 'closed' ? reason : 'cancelled', certainty: 'confirmed' }
}
