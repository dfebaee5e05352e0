/** How often something happened of late, by key. What it remembers has an end, in time and in number. */
export interface RecentCounts {
  count(key: string): number
  /** It happened once more; `name` is what it can be taken back by. */
  add(key: string, name?: string): void
  takeBack(name: string): void
  has(name: string): boolean
  /** What is remembered. */
  readonly size: number
}

/** What is past the number is forgotten early, the oldest first: memory counts for more than an exact count. */
export const mostRemembered = 100_000

export function createRecentCounts(window: number, now: () => number, most = mostRemembered): RecentCounts {
  /** In the order in which they happened, and so in the order in which they are forgotten. */
  const happenings = new Map<string, { key: string; at: number }>()
  const counts = new Map<string, number>()
  let unnamed = 0

  function takeBack(name: string): void {
    const key = happenings.get(name)?.key
    if (key === undefined) return
    happenings.delete(name)
    const left = (counts.get(key) ?? 0) - 1
    if (left > 0) counts.set(key, left)
    else counts.delete(key)
  }

  function forgetOld(): void {
    for (const [name, { at }] of happenings) {
      if (at + window > now() && happenings.size <= most) return
      takeBack(name)
    }
  }

  return {
    count(key) {
      forgetOld()
      return counts.get(key) ?? 0
    },
    add(key, name = `#${(unnamed += 1)}`) {
      takeBack(name)
      happenings.set(name, { key, at: now() })
      counts.set(key, (counts.get(key) ?? 0) + 1)
      forgetOld()
    },
    takeBack,
    has(name) {
      forgetOld()
      return happenings.has(name)
    },
    get size() {
      forgetOld()
      return happenings.size
    },
  }
}
