/** Says true from the message on that is one too many within its window. */
export function createRateGuard({
  most,
  window,
  now = Date.now,
}: {
  most: number
  /** Milliseconds. */
  window: number
  now?: () => number
}): () => boolean {
  let start = now()
  let count = 0
  return () => {
    if (now() - start > window) {
      start = now()
      count = 0
    }
    count += 1
    return count > most
  }
}
