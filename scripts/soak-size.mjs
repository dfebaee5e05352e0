import process from 'node:process'

/**
 * How much of a long test to do: a sample with the others, all of it by `npm run soak`.
 */
export function ofSoak(sample, all) {
  return process.env.BOBBIN_SOAK === 'all' ? all : sample
}

/** The same tests for the same seed; `BOBBIN_SOAK_SEED` takes another. */
export const soakSeed = Number(process.env.BOBBIN_SOAK_SEED ?? 1)
