import { expect, it } from 'vitest'
import { createRecentCounts, mostRemembered } from './recent-counts.ts'

it('counts by key, takes back by name, and forgets what is old', () => {
  let now = 0
  const counts = createRecentCounts(60_000, () => now)
  counts.add('a', 'first')
  now = 30_000
  counts.add('a')
  counts.add('b')
  expect([counts.count('a'), counts.count('b'), counts.count('c')]).toEqual([2, 1, 0])
  counts.takeBack('first')
  counts.takeBack('first')
  expect(counts.count('a')).toBe(1)
  now = 90_000
  expect([counts.count('a'), counts.size]).toEqual([0, 0])
})

it('of 100,000 addresses nothing is left after the window, and of a million at once no more than the limit', () => {
  let now = 0
  const counts = createRecentCounts(60_000, () => now)
  for (let number = 0; number < 100_000; number += 1) counts.add(`2001:db8:${number.toString(16)}::/64`)
  expect(counts.size).toBe(100_000)
  for (let number = 0; number < 100_000; number += 1) counts.add(`10.${number}`)
  expect(counts.size).toBe(mostRemembered)
  expect(counts.count('2001:db8:0::/64')).toBe(0)
  now = 60_000
  expect(counts.size).toBe(0)
})
