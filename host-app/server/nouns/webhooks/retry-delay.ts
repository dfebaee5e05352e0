const shortest = 5_000
const longest = 3_600_000

/** How long a delivery is tried, from when it was queued, in milliseconds. */
export const giveUpAfter = 86_400_000

/**
 * Milliseconds until the next attempt after `failures` of them: 5 s, 15 s, 45 s … an hour; up to a quarter
 * less by chance, so that receivers that come back are not met by everything at once.
 */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const whole = Math.min(longest, shortest * 3 ** (failures - 1))
  return Math.round(whole * (1 - random() / 4))
}

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
