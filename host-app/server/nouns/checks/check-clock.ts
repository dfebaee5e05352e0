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
  let silence = setTimeout(onTimeout, checkSilence)
  const pause = () => clearTimeout(silence)
  return {
    pause,
    alive() {
      pause()
      silence = setTimeout(onTimeout, checkSilence)
    },
    stop() {
      clearTimeout(total)
      pause()
    },
  }
}
