import { expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const limited = { code: 'RateLimited' }

it('so many are under way at once, of all and of each account, and a place is free again whatever came of it', async () => {
  const turns = createTurns({ atOnce: 3, perAccount: 2 })
  const ends: PromiseWithResolvers<string>[] = []
  const take = (account: number) =>
    turns.take(account, () => {
      const end = Promise.withResolvers<string>()
      ends.push(end)
      return end.promise
    })
  const [first, second] = [take(1), take(1)]
  await expect(take(1)).rejects.toMatchObject(limited)
  const third = take(2)
  await expect(take(3)).rejects.toMatchObject(limited)
  ends[0]?.resolve('done')
  expect(await first).toBe('done')
  const fourth = take(3)
  ends[1]?.reject(new Error('broken'))
  await expect(second).rejects.toThrow('broken')
  const fifth = take(1)
  for (const { resolve } of ends) resolve('done')
  expect(await Promise.all([third, fourth, fifth])).toEqual(['done', 'done', 'done'])
})
