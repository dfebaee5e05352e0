/** The same work, so many of it at a time: the others wait, and go on in the order in which they came. */
export function atMost<Item, Result>(
  most: number,
  work: (item: Item) => Promise<Result>,
): (item: Item) => Promise<Result> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (item) => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work(item)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
