const probed = 70_000

/**
 * The numbers that a pattern of digits accepts, found by asking it, so that a person reads "between 1 and
 * 65535" instead of a regular expression. Null when they are not one range that ends below `probed`.
 */
export function rangeOf(pattern: string): { least: number; most: number } | null {
  const test = new RegExp(pattern, 'u')
  let least: number | null = null
  for (let number = 0; number <= probed; number += 1) {
    const isAccepted = test.test(String(number))
    if (least === null && isAccepted) least = number
    if (least !== null && !isAccepted) return { least, most: number - 1 }
  }
  return null
}
