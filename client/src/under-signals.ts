/**
 * What the work makes; or a rejection with the reason of the first of the signals that is aborted, at once. The work is
 * given a signal that stands for all of them, with which it stops: `AbortSignal.any` is newer than the browsers we support.
 */
export async function underSignals<Value>(
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const inner = new AbortController()
  const over = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      const pass = () => {
        reject(signal?.reason)
        inner.abort(signal?.reason)
      }
      if (signal?.aborted) pass()
      // Nothing of a call is left on a signal that outlives it.
      signal?.addEventListener('abort', pass, { signal: over.signal })
    }
  })
  try {
    return await Promise.race(inner.signal.aborted ? [aborted] : [aborted, work(inner.signal)])
  } finally {
    over.abort()
  }
}
