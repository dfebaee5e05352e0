/** How long a grant lives, as far as anybody said; in milliseconds since 1970. Beside it, it may be revoked at any time. */
export interface GrantLife {
  /** When the person consented; null of a grant from before it was noted. */
  readonly consentedAt: number | null
  /** When it is dead unless it is renewed before; null: never of that. */
  readonly idleDeath: number | null
  /** When it is dead, whatever happens; null: never of that. */
  readonly absoluteDeath: number | null
}

/** Of what nobody consented to, or of which nobody says how long it lives. */
export const unsaidLife: GrantLife = { consentedAt: null, idleDeath: null, absoluteDeath: null }

/** In the columns that it is kept in. */
export function lifeColumns({ consentedAt, idleDeath, absoluteDeath }: GrantLife) {
  return { consented_at: consentedAt, idle_death: idleDeath, absolute_death: absoluteDeath }
}

export function lifeIn(row: ReturnType<typeof lifeColumns>): GrantLife {
  return { consentedAt: row.consented_at, idleDeath: row.idle_death, absoluteDeath: row.absolute_death }
}

/** Sooner it is not asked again, so that a grant whose death does not move is not renewed for ever. */
const shortestWait = 60_000

/**
 * When a grant is renewed though nobody asks, so that it does not die of idleness; null where that would be for nothing.
 * Between half and three quarters of what is left of its life, by chance, so that what was granted in one hour is not
 * renewed in one, and a quarter is left for a vendor that is out of order.
 */
export function unaskedRenewalAt(
  { idleDeath, absoluteDeath }: GrantLife,
  now: number,
  random: () => number = Math.random,
): number | null {
  if (idleDeath === null || (absoluteDeath !== null && idleDeath >= absoluteDeath)) return null
  const left = Math.max(0, idleDeath - now)
  return now + Math.max(shortestWait, Math.floor(left * (0.5 + random() / 4)))
}
