import { isolated } from '@bobbin/shared/isolated'
import type { DatabaseCounts } from './database-streams.ts'

const noRight = 'the user has no SELECT right on them'
const cannotBeOpened = 'they are views that cannot be opened'

/** What the database has, and what of it is left out and why. */
export function inWords(database: string, { offered, unreadable, broken, others }: DatabaseCounts): string {
  const leftOut: [number, string][] = [
    [unreadable, noRight],
    [broken, cannotBeOpened],
    [others, 'they are neither tables nor views'],
  ]
  const parts = [
    counted(offered, 'table or view', 'tables and views'),
    ...leftOut.filter(([count]) => count > 0).map(([count, why]) => `${count} left out: ${why}`),
  ]
  return `Database ${isolated(database)}: ${parts.join('; ')}.`
}

/** Why nothing is found, where that has a reason beside emptiness. */
export function whyNothing(counts: readonly DatabaseCounts[]): string | null {
  const unreadable = counts.reduce((sum, database) => sum + database.unreadable, 0)
  const broken = counts.reduce((sum, database) => sum + database.broken, 0)
  if (unreadable > 0) {
    return `The user has no SELECT right on ${counted(unreadable, 'table or view', 'tables and views')}.`
  }
  return broken > 0 ? `${counted(broken, 'view', 'views')} cannot be opened.` : null
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
