import { expect, it } from 'vitest'
import { notLikeAnOption, shownId } from './shown-id.ts'

it('an id that would look like an option is made anew, however often', () => {
  const good = 'a-aaaaaaaaaaaaaaaaaaa-'
  const ids = ['-aaaaaaaaaaaaaaaaaaaaa', '--aaaaaaaaaaaaaaaaaaaa', good, 'bbbbbbbbbbbbbbbbbbbbbb'].values()
  expect(notLikeAnOption(() => ids.next().value ?? '')).toBe(good)
})

it('a thousand ids have all other beginnings, and are each another', () => {
  const ids = Array.from({ length: 1_000 }, shownId)
  expect(ids.filter((id) => id.startsWith('-'))).toEqual([])
  expect(new Set(ids.map((id) => id[0])).size).toBeGreaterThan(55)
  expect(ids.every((id) => /^[\w-]{22}$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
})
