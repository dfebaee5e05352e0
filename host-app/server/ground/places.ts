/** A few places for each key, such as streams of one token. */
export interface Places {
  isFull(key: string): boolean
  /** Takes a place. Where there was none left the oldest gives way: its signal aborts. */
  take(key: string): Place
}

export interface Place {
  readonly signal: AbortSignal
  leave(): void
}

export function createPlaces(most: number): Places {
  const taken = new Map<string, Set<AbortController>>()
  return {
    isFull: (key) => (taken.get(key)?.size ?? 0) >= most,
    take(key) {
      const mine = new AbortController()
      const places = taken.get(key) ?? new Set()
      taken.set(key, places.add(mine))
      const [oldest] = places
      if (places.size > most && oldest) {
        places.delete(oldest)
        oldest.abort()
      }
      return {
        signal: mine.signal,
        leave() {
          places.delete(mine)
          if (places.size === 0 && taken.get(key) === places) taken.delete(key)
        },
      }
    },
  }
}
