import { expect, it } from 'vitest'
import { giveUpAfter, retryDelay, retryWait } from './retry-delay.ts'

const hour = 3_600_000
const day = 24 * hour

it('waits longer from time to time, an hour at most, and never all at once', () => {
  const waits = Array.from({ length: 10 }, (_, index) => retryDelay(index + 1, () => 0))
  expect(waits.slice(0, 4)).toEqual([5_000, 15_000, 45_000, 135_000])
  expect(Math.max(...waits)).toBe(hour)
  expect(retryDelay(1, () => 0.999)).toBeGreaterThan(3_700)
  expect(giveUpAfter).toBe(day)
})

it('is moved by what was asked for where that is later than the schedule, by six hours at most', () => {
  expect(retryWait(1, 60_000)).toBe(60_000)
  expect(retryWait(1, null)).toBeLessThanOrEqual(5_000)
  expect(retryWait(1, 0)).toBeGreaterThan(3_700)
  expect(retryWait(9, 60_000)).toBeGreaterThan(60_000)
  expect(retryWait(1, 30 * 24 * hour)).toBe(6 * hour)
})
