/**
 * A connector's `default_start_date` (`-1 year`, `-30 days`, `-4 weeks`, as Stitch writes them) as the
 * midnight in UTC that a tap takes; null where there is none.
 */
export function startDate(relative: string | null, now: number): string | null {
  if (relative === null) return null
  const [, amount, unit] = /^-(\d{1,4}) (day|week|month|year)s?$/.exec(relative) ?? []
  if (amount === undefined) throw new Error(`A start date cannot be "${relative}".`)
  const date = new Date(now)
  const count = Number(amount)
  if (unit === 'year') date.setUTCFullYear(date.getUTCFullYear() - count)
  else if (unit === 'month') date.setUTCMonth(date.getUTCMonth() - count)
  else date.setUTCDate(date.getUTCDate() - count * (unit === 'week' ? 7 : 1))
  date.setUTCHours(0, 0, 0, 0)
  return date.toISOString().replace('.000Z', 'Z')
}
