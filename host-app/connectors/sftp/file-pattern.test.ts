import { describe, expect, it } from 'vitest'
import { matchingPaths } from './file-pattern.ts'

const paths = ['./a.csv', './b.CSV', './sub/c.csv.gz', './d.json']
const found = (pattern: string) => [...matchingPaths(pattern, paths, 'tables')]

describe('a pattern', () => {
  it.each([
    ['csv', ['./a.csv', './sub/c.csv.gz']],
    ['\\.csv$', ['./a.csv']],
    ['(?i)\\.csv\\Z', ['./a.csv', './b.CSV']],
    ['\\A\\./sub/', ['./sub/c.csv.gz']],
    ['(?P<name>[ab])\\.', ['./a.csv', './b.CSV']],
    ['^nothing', []],
  ])('%j finds what a tap finds', (pattern, expected) => {
    expect(found(pattern)).toEqual(expected)
  })

  it.each(['(', '*', '[z-a]', '(?<=x'])('%j is told as none', (pattern) => {
    expect(() => found(pattern)).toThrow(
      expect.objectContaining({
        code: 'SettingUnusable',
        field: 'tables',
        detail: expect.stringContaining(pattern),
      }),
    )
  })

  it.each(['^(a+)+$', '^(a|aa)*b$', '(.*)*x'])('%j is stopped when it takes too long', (pattern) => {
    const startedAt = performance.now()
    expect(() => matchingPaths(pattern, [`${'a'.repeat(200)}!`], 'tables')).toThrow(
      expect.objectContaining({ code: 'SettingUnusable', detail: expect.stringContaining('too long') }),
    )
    expect(performance.now() - startedAt).toBeLessThan(30_000)
  })
})
