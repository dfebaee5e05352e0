/** Resolves after so many milliseconds. */
export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits before the next try: longer each time, at most 8 s, and never at the same moment as everybody else. */
export const backOff = (failures: number): Promise<void> =>
  delay(Math.min(250 * 2 ** failures, 8_000) * (0.5 + Math.random()))
