import type { CheckErrorCode } from './errors.ts'

/** What a check says of the settings: they work, they are refused, or nothing can be told of them now. */
export const verdicts = ['works', 'refused', 'unknown'] as const
export type Verdict = (typeof verdicts)[number]

/** Failures that say nothing of the settings: somebody else's, or nobody knows whose. */
const untold: ReadonlySet<CheckErrorCode> = new Set([
  'VendorUnavailable',
  'VendorRateLimited',
  'TooManyConnections',
  'ConnectionTimeout',
  'ConnectionLost',
  'AppMisconfigured',
  'CheckCrashed',
  'CheckFailed',
])

/** Of a check that has ended; null: without a failure. */
export function verdictOf(code: CheckErrorCode | null): Verdict {
  if (code === null) return 'works'
  return untold.has(code) ? 'unknown' : 'refused'
}
