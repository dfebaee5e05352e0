import type { LifetimeUnit } from '../../../connectors/token-step.ts'

/** A lifetime beyond this is a provider's way of saying "forever". */
const longestLifetime = 10 * 365 * 86_400_000

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The scopes separated by blanks, whether they came as a list, as text, or as levels by name (`contents:read`). */
export function readScope(scope: unknown, separator: string): string | null {
  if (Array.isArray(scope)) return scope.filter((item) => typeof item === 'string').join(' ')
  if (typeof scope === 'object' && scope !== null) {
    const levels = Object.entries(scope).filter(([, level]) => typeof level === 'string')
    return levels.map(([name, level]) => `${name}:${level}`).join(' ')
  }
  const text = textOf(scope)
  if (text === null) return null
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .join(' ')
}

/**
 * How long a token lives from now on, in milliseconds, whether its life or its end was said, as a number or as text. What is
 * over by our clock, zero and nonsense mean that nothing was said.
 */
export function readLifetime(said: unknown, unit: LifetimeUnit = 'seconds', now = Date.now()): number | null {
  const count = typeof said === 'string' && unit !== 'date' ? Number(said) : said
  const left =
    unit === 'date' ? untilDate(said, now) : typeof count === 'number' ? leftOf(count, unit, now) : NaN
  if (!Number.isFinite(left) || left <= 0) return null
  return Math.min(Math.floor(left), longestLifetime)
}

function untilDate(said: unknown, now: number): number {
  return typeof said === 'string' ? Date.parse(said) - now : NaN
}

function leftOf(count: number, unit: Exclude<LifetimeUnit, 'date'>, now: number): number {
  switch (unit) {
    case 'seconds':
      return count * 1_000
    case 'milliseconds':
      return count
    case 'epoch_seconds':
      return count * 1_000 - now
    case 'epoch_milliseconds':
      return count - now
  }
}

/** What stays of one token's values when another takes its place. */
export function withoutRefreshToken(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'refresh_token'))
}
