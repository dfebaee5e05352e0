/** How long it is tried to tell somebody something, in milliseconds. */
export const giveUpAfter = 86_400_000

/** Who is told may put the next attempt off by so much, in milliseconds: of a day's attempts some must be left. */
export const longestAsked = 6 * 3_600_000

const shortest = 5_000
const longest = 3_600_000

/**
 * Milliseconds until the next attempt after `failures` of them: 5 s, 15 s, 45 s … an hour; up to a quarter
 * less by chance, so that servers that come back are not met by everything at once.
 */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const whole = Math.min(longest, shortest * 3 ** (failures - 1))
  return Math.round(whole * (1 - random() / 4))
}

/** The same, or what was asked for where that is longer. */
export function retryWait(failures: number, asked: number | null): number {
  return Math.max(retryDelay(failures), Math.min(longestAsked, asked ?? 0))
}
