import { retryDelay } from '../../ground/retry-delay.ts'

/** How long a delivery is tried, from when it was queued, in milliseconds. */
export const giveUpAfter = 86_400_000

/** A receiver may put the next attempt off by so much, in milliseconds: of a day's attempts some must be left. */
const longestAsked = 6 * 3_600_000

/** The same, or what the receiver asked for where that is longer. */
export function retryWait(failures: number, asked: number | null): number {
  return Math.max(retryDelay(failures), Math.min(longestAsked, asked ?? 0))
}

/** How long nothing at all is to be sent there: "too many requests" and "unavailable" speak of the receiver, not of one delivery. */
export function askedOfAll(statusCode: number | null, asked: number | null): number | null {
  return asked !== null && (statusCode === 429 || statusCode === 503) ? Math.min(longestAsked, asked) : null
}
