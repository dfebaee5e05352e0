import { describe, expect, test } from 'vitest'
import type { CheckEvent } from '@bobbin/shared/check'
import type { FlowState } from '@bobbin/shared/flow'
import {
  movesOnByItself,
  reduceCheck,
  startOfCheck,
  startsByItself,
  type CheckProgress,
} from './check-progress.ts'
import { fixtures } from './preview/fixtures.ts'
import { base } from './preview/states.ts'

const events: CheckEvent[] = [
  { type: 'phase', data: { phase: 'connecting' } },
  { type: 'phase', data: { phase: 'reading_schema' } },
  { type: 'streams', data: { count: 12 } },
  { type: 'log', data: { line: 'Found a table' } },
]

function heard(name: string, list: readonly CheckEvent[], before: CheckProgress | null = null) {
  return list.reduce<CheckProgress | null>(
    (progress, event, index) => reduceCheck(progress, name, index + 1, event, 1_000),
    before,
  )
}

describe('progress', () => {
  test('keeps phase, count and log', () => {
    expect(heard('a', events)).toMatchObject({
      phase: 'reading_schema',
      streamCount: 12,
      log: ['Found a table'],
    })
  })

  test('starts over with another check', () => {
    expect(heard('b', events.slice(0, 1), heard('a', events))).toMatchObject({
      name: 'b',
      streamCount: 0,
      log: [],
    })
  })

  test('counts streams from nothing when the same check starts over', () => {
    const again = reduceCheck(heard('a', events), 'a', 9, { type: 'phase', data: { phase: 'connecting' } }, 0)
    expect(again).toMatchObject({ phase: 'connecting', streamCount: 0 })
  })
})

function checkOf(name: 'check-running' | 'check-failed' | 'check-succeeded'): FlowState {
  const page = fixtures[name]?.page
  if (page?.kind !== 'flow' || !page.state) throw new Error(`${name} is not a flow`)
  return page.state
}

describe('the screen', () => {
  test('starts a check where there is none', () => {
    expect(startsByItself(null, { ...base, step: 'discover_schema' })).toBe(true)
  })

  test('tries a failed one again for a person who comes from the form, and not after a reload', () => {
    expect(startsByItself(base, checkOf('check-failed'))).toBe(true)
    expect(startsByItself(null, checkOf('check-failed'))).toBe(false)
    expect(startsByItself(checkOf('check-running'), checkOf('check-failed'))).toBe(false)
  })

  test('moves on after a success only', () => {
    expect(movesOnByItself(checkOf('check-succeeded'))).toBe(true)
    expect(movesOnByItself(checkOf('check-running'))).toBe(false)
  })
})

describe('the elapsed time', () => {
  const check = { start_time: '2026-01-01T00:00:00.000Z' }
  const start = Date.parse(check.start_time)

  test('counts from the start that the server tells', () => {
    expect(startOfCheck(check, start + 5_000)).toBe(start)
  })

  test('counts from what this document saw when the clocks disagree', () => {
    expect(startOfCheck(check, start - 5_000)).toBe(start - 5_000)
    expect(startOfCheck(check, start + 3_600_000)).toBe(start + 3_600_000)
  })
})
