import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Knows whether the code that runs is inside of a write. What a write decides by has to be read in that
 * write: beside it, the store may have changed, or a second run of its work may see what the first did not.
 * So a store refuses both to read and to begin another write there.
 */
export interface WriteContext {
  run<Result>(work: () => Promise<Result>): Promise<Result>
  /** Throws inside of a write: that is a mistake in the code that asks. */
  requireOutside(): void
}

export function createWriteContext(): WriteContext {
  const inside = new AsyncLocalStorage<true>()
  return {
    run: (work) => inside.run(true, work),
    requireOutside() {
      if (inside.getStore()) throw new Error('Inside of a write, everything goes through its `tx`.')
    },
  }
}
