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
