import type { Check, CheckEvent } from '@bobbin/shared/check'
import type { FlowState } from '@bobbin/shared/flow'
import { isGoneBack } from '@bobbin/shared/steps'

/** What was heard of one check while it runs. */
export interface CheckProgress {
  readonly name: string
  /** The last event that counted; earlier ones that come again are dropped. */
  readonly seq: number
  readonly phase: Check['phase']
  readonly streamCount: number
  readonly log: readonly string[]
  /** Unix ms of its first event here. */
  readonly firstSeenAt: number
  /** How it ended; null while it runs. */
  readonly finished: Check | null
}

const noCheck: CheckProgress = {
  name: '',
  seq: 0,
  phase: null,
  streamCount: 0,
  log: [],
  firstSeenAt: 0,
  finished: null,
}

/** The log panel keeps this many lines. */
const logLines = 500

/** Adds one event. A new name starts over; an event that came before changes nothing. */
export function reduceCheck(
  progress: CheckProgress | null,
  name: string,
  seq: number,
  event: CheckEvent,
  at: number,
): CheckProgress | null {
  const before = progress?.name === name ? progress : { ...noCheck, name, firstSeenAt: at }
  if (seq <= before.seq) return progress
  const next = { ...before, seq }
  switch (event.type) {
    case 'phase':
      // A check that starts over (its worker died) finds its streams anew.
      return {
        ...next,
        phase: event.data.phase,
        streamCount: event.data.phase === 'connecting' ? 0 : next.streamCount,
      }
    case 'streams':
      return { ...next, streamCount: event.data.count }
    case 'log':
      return { ...next, log: [...next.log, event.data.line].slice(-logLines) }
    case 'finished':
      return { ...next, streamCount: event.data.stream_count, finished: event.data }
  }
}

/**
 * Whether the check's screen starts a check by itself: there is none for these settings, or the one there
 * failed and the person has just come from another step to have it tried again.
 */
export function startsByItself(before: FlowState | null, flow: FlowState): boolean {
  if (flow.status !== 'open' || flow.step !== 'discover_schema') return false
  const isEntered = before !== null && before.step !== 'discover_schema'
  return flow.check === null || (isEntered && flow.check.status === 'failed')
}

/** Whether the check is through and the screen moves on; not from one that the person came back to see. */
export function movesOnByItself({ status, step, check, reachable: open }: FlowState): boolean {
  const isThrough = status === 'open' && step === 'discover_schema' && check?.status === 'succeeded'
  return isThrough && !isGoneBack(open, step)
}

/**
 * Unix ms from which the elapsed time counts. The server's clock is believed unless it is so far off
 * that the check would seem to start in the future or hours ago.
 */
export function startOfCheck(check: Pick<Check, 'start_time'>, firstSeenAt: number): number {
  const start = Date.parse(check.start_time)
  const isPlausible = start <= firstSeenAt && firstSeenAt - start < 600_000
  return isPlausible ? start : firstSeenAt
}
