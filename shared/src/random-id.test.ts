import { expect, it } from 'vitest'
import { appKey, flowId } from './flow.ts'
import { randomId } from './random-id.ts'

it('a random id is what a flow and its key are called, and no other one’s', () => {
  const ids = Array.from({ length: 1_000 }, randomId)
  for (const id of ids) {
    expect(flowId.parse(id)).toBe(id)
    expect(appKey.parse(id)).toBe(id)
  }
  expect(new Set(ids).size).toBe(ids.length)
  // Every character of the alphabet comes up; that one of 64 is missing in 22,000 draws is no chance.
  expect(new Set(ids.join('')).size).toBe(64)
})
