import type { Timings } from '@bobbin/shared/timings'

/** Watches how long a check is silent, and how long it takes in all. */
export interface CheckClock {
  /** The connector said something that counts: a phase, a stream. */
  alive(): void
  /** It waits for us now; `alive` goes on. */
  pause(): void
  stop(): void
}

export function startCheckClock(
  { checkSilence, checkTotal }: Pick<Timings, 'checkSilence' | 'checkTotal'>,
  onTimeout: () => void,
): CheckClock {
  const total = setTimeout(onTimeout, checkTotal)
  // One timer for all of a hundred thousand streams: another for each would cost more than what is said of many.
  let isPaused = false
  const silence: NodeJS.Timeout = setTimeout(() => {
    if (isPaused) silence.refresh()
    else onTimeout()
  }, checkSilence)
  return {
    pause() {
      isPaused = true
    },
    alive() {
      isPaused = false
      silence.refresh()
    },
    stop() {
      clearTimeout(total)
      clearTimeout(silence)
    },
  }
}
