import { expect, it } from 'vitest'
import { oneAhead } from './one-ahead.ts'

/** Notes what it is asked for and how it ends. */
async function* counting(notes: string[], failsAt = Infinity): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= 3; number += 1) {
      await Promise.resolve()
      if (number === failsAt) throw new Error('lost')
      notes.push(`made ${number}`)
      yield number
    }
  } finally {
    notes.push('ended')
  }
}

it('asks for the next value while the one before is dealt with, and for no more', async () => {
  const notes: string[] = []
  for await (const value of oneAhead(counting(notes))) {
    await new Promise((resolve) => setImmediate(resolve))
    notes.push(`took ${value}`)
  }
  expect(notes).toEqual(['made 1', 'made 2', 'took 1', 'made 3', 'took 2', 'ended', 'took 3'])
})

it('ends its source when it is left early, and keeps a failure nobody waits for to itself', async () => {
  const notes: string[] = []
  for await (const value of oneAhead(counting(notes, 2))) {
    notes.push(`took ${value}`)
    break
  }
  expect(notes).toEqual(['made 1', 'ended', 'took 1'])
})

it('tells a failure after the values that came before it', async () => {
  const taken: number[] = []
  const work = async () => {
    for await (const value of oneAhead(counting([], 3))) taken.push(value)
  }
  await expect(work()).rejects.toThrow('lost')
  expect(taken).toEqual([1, 2])
})
