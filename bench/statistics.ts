/** The middle value: one slow round among many does not move it. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value below which this share of the values lies (nearest rank; the mean of the middle two for 0.5). */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('There is nothing to take a percentile of.')
  const sorted = Float64Array.from(values).toSorted()
  if (share === 0.5 && sorted.length % 2 === 0) {
    return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2
  }
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

/** Median over the rounds of one contender's figure divided by the other's in the same round. */
export function pairedRatio(ours: readonly number[], anchor: readonly number[]): number {
  return median(ours.map((value, round) => value / anchor[round]!))
}
