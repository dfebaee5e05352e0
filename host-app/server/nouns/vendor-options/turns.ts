import { AppError } from '../../ground/app-error.ts'

/** How much may be under way at once. */
export interface Turns {
  /** @throws {AppError} RateLimited at once, where there is no room; and what the work throws */
  take<Result>(accountId: number, work: () => Promise<Result>): Promise<Result>
}

/** Room for so much work at once, of all accounts and of each. What each costs is a process. */
export function createTurns({ atOnce, perAccount }: { atOnce: number; perAccount: number }): Turns {
  const running = new Map<number, number>()
  let all = 0
  return {
    async take(accountId, work) {
      const own = running.get(accountId) ?? 0
      if (own >= perAccount || all >= atOnce) throw new AppError('RateLimited', { data: { retry_after: 1 } })
      running.set(accountId, own + 1)
      all += 1
      try {
        return await work()
      } finally {
        all -= 1
        const left = (running.get(accountId) ?? 1) - 1
        if (left === 0) running.delete(accountId)
        else running.set(accountId, left)
      }
    },
  }
}
