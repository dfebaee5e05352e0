import type { Metrics } from '../../ground/metrics.ts'

/**
 * Counts what the event log tells: each of these is appended in the same transaction as what happened, in
 * the process where it happened.
 */
export function countEvent(metrics: Metrics, topic: string, type: string, data: unknown): void {
  if (topic.startsWith('account:') && isFlowEnd(type)) {
    metrics.flows.inc({ outcome: type.slice('flow.'.length) })
  }
  if (topic.startsWith('check:') && type === 'finished') {
    const { status, start_time: start, completion_time: end } = data as FinishedCheck
    metrics.checks.observe({ status }, Math.max(0, Date.parse(end ?? start) - Date.parse(start)) / 1_000)
  }
}

interface FinishedCheck {
  readonly status: string
  readonly start_time: string
  readonly completion_time: string | null
}

function isFlowEnd(type: string): boolean {
  return type === 'flow.completed' || type === 'flow.cancelled' || type === 'flow.failed'
}
