import { expect, it } from 'vitest'
import { startDate } from './start-date.ts'

const now = Date.parse('2026-03-15T12:34:56Z')

it.each([
  ['-1 year', '2025-03-15T00:00:00Z'],
  ['-30 days', '2026-02-13T00:00:00Z'],
  ['-4 weeks', '2026-02-15T00:00:00Z'],
  ['-2 months', '2026-01-15T00:00:00Z'],
  [null, null],
])('%s is %s', (relative, date) => expect(startDate(relative, now)).toBe(date))

it('refuses what it cannot read', () => expect(() => startDate('yesterday', now)).toThrow('yesterday'))
