import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { rowAfterKey, scrollTo, visibleRange } from './windowing.ts'

const box = { rowHeight: 50, rowCount: 100_000, scrollTop: 0, height: 500 }

describe('the rows drawn', () => {
  test('are those in sight and a few more', () => {
    expect(visibleRange(box)).toEqual({ start: 0, end: 16 })
    expect(visibleRange({ ...box, scrollTop: 5_000 })).toEqual({ start: 94, end: 116 })
  })

  test('are never outside the list, and as few as the box holds', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.integer({ min: -500, max: 20_000_000 }), (rowCount, scrollTop) => {
        const { start, end } = visibleRange({ ...box, rowCount, scrollTop })
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(rowCount)
        expect(end - start).toBeLessThanOrEqual(24)
        if (rowCount > 0) expect(end).toBeGreaterThan(start)
      }),
    )
  })

  test('are none in an empty list', () => {
    expect(visibleRange({ ...box, rowCount: 0 })).toEqual({ start: 0, end: 0 })
  })
})

describe('scrolling to a row', () => {
  test('moves no further than needed', () => {
    expect(scrollTo(3, box)).toBe(0)
    expect(scrollTo(12, box)).toBe(150)
    expect(scrollTo(2, { ...box, scrollTop: 1_000 })).toBe(100)
  })
})

describe('keys', () => {
  test.each([
    ['ArrowDown', 5, 6],
    ['ArrowUp', 0, 0],
    ['PageDown', 5, 14],
    ['PageUp', 5, 0],
    ['Home', 77, 0],
    ['End', 77, 99_999],
    ['ArrowDown', 99_999, 99_999],
  ])('%s leads from row %i to row %i', (key, from, to) => {
    expect(rowAfterKey(key, from, box)).toBe(to)
  })

  test('of any other kind lead nowhere', () => {
    expect(rowAfterKey('a', 5, box)).toBeNull()
  })
})
