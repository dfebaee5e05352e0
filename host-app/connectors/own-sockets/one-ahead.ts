/**
 * The values of a source, each asked for while the one before is being dealt with: reader and server then work
 * at the same time. One value waits at most.
 */
export async function* oneAhead<Value>(source: AsyncGenerator<Value>): AsyncGenerator<Value> {
  let next = source.next()
  try {
    while (true) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      // Its failure is told where it is awaited, which may be never.
      next.catch(() => {})
      yield value
    }
  } finally {
    await next.catch(() => {})
    await source.return(undefined)
  }
}
