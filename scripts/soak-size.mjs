import process from 'node:process'

/**
 * How much of a long test to do: a sample with the others, all of it by `npm run soak`.
 */
export function ofSoak(sample, all) {
  return process.env.BOBBIN_SOAK === 'all' ? all : sample
}

/** The same tests for the same seed; `BOBBIN_SOAK_SEED` takes another. */
export const soakSeed = Number(process.env.BOBBIN_SOAK_SEED ?? 1)

/** Numbers from 0 to below the bound, the same ones for the same seed. */
export function randomOf(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
