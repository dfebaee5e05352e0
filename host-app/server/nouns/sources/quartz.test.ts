import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuartz, QuartzError } from './quartz.ts'

/** A Wednesday. */
const from = Date.parse('2026-11-25T10:00:00Z')

function times(expression: string, count = 3): string[] {
  const next = parseQuartz(expression)
  const found: string[] = []
  let after = from
  while (found.length < count) {
    const time = next(after)
    if (time === null) break
    found.push(new Date(time).toISOString().replace('T', ' ').replace('.000Z', '').replace(' 00:00:00', ''))
    after = time
  }
  return found
}

describe('a Quartz expression', () => {
  it.each([
    ['0 0 12 ? * MON-FRI *', ['2026-11-25 12:00:00', '2026-11-26 12:00:00', '2026-11-27 12:00:00']],
    ['0 0 12 ? * 2-6', ['2026-11-25 12:00:00', '2026-11-26 12:00:00', '2026-11-27 12:00:00']],
    ['0 0 0 ? * 1', ['2026-11-29', '2026-12-06', '2026-12-13']],
    ['0 0 0 ? * L', ['2026-11-28', '2026-12-05', '2026-12-12']],
    ['0 0 0 ? * fri-mon', ['2026-11-27', '2026-11-28', '2026-11-29']],
    ['0 0 0 ? * 6L', ['2026-11-27', '2026-12-25', '2027-01-29']],
    ['0 0 0 ? * FRIL', ['2026-11-27', '2026-12-25', '2027-01-29']],
    ['0 0 0 ? * 6#3', ['2026-12-18', '2027-01-15', '2027-02-19']],
    ['0 0 0 L * ?', ['2026-11-30', '2026-12-31', '2027-01-31']],
    ['0 0 0 L-3 * ?', ['2026-11-27', '2026-12-28', '2027-01-28']],
    ['0 0 0 LW 1,2 ?', ['2027-01-29', '2027-02-26', '2028-01-31']],
    ['0 0 0 15W 5,8 ?', ['2027-05-14', '2027-08-16', '2028-05-15']],
    ['0 0 0 1W 5 ?', ['2027-05-03', '2028-05-01', '2029-05-01']],
    ['0 0 0 29 2 ?', ['2028-02-29', '2032-02-29', '2036-02-29']],
    ['0 5/25 * * * ?', ['2026-11-25 10:05:00', '2026-11-25 10:30:00', '2026-11-25 10:55:00']],
    ['0 /30 * * * ?', ['2026-11-25 10:30:00', '2026-11-25 11:00:00', '2026-11-25 11:30:00']],
    ['0 0 22-2/2 * * ?', ['2026-11-25 22:00:00', '2026-11-26', '2026-11-26 02:00:00']],
    ['15,45 0 0 1 JAN ? 2027-2028', ['2027-01-01 00:00:15', '2027-01-01 00:00:45', '2028-01-01 00:00:15']],
    ['0 0 0 1 1 ? 2027/5', ['2027-01-01', '2032-01-01', '2037-01-01']],
    ['0 0 0 31 12 ? 2099', ['2099-12-31']],
    ['0 0 12 * * ? 2000', []],
    ['0 0 0 30 2 ?', []],
  ])('%s', (expression, expected) => {
    expect(times(expression)).toEqual(expected)
  })

  it.each([
    ['', 'it has 0 fields, and needs 6 or 7: seconds, minutes, hours, day of month, month, day of week'],
    ['0 12 * * *', 'it has 5 fields'],
    ['0 0 0 * * ? * *', 'it has 8 fields'],
    ['@daily', 'it has 1 field, '],
    ['0 0 12 * * *', 'either day of month or day of week has to be ?, and not both'],
    ['0 0 12 ? * ?', 'either day of month or day of week has to be ?, and not both'],
    ['0 ? 12 * * ?', 'the minutes cannot be "?"'],
    ['60 0 12 * * ?', 'seconds must be from 0 to 59, not 60'],
    ['0 0 12 0 * ?', 'day of month must be from 1 to 31, not 0'],
    ['0 0 12 ? * 8', 'day of week must be from 1 to 7, not 8'],
    ['0 0 12 ? FOO 2', 'the month cannot be "FOO"'],
    ['0 0 12 ? * MON#6', 'a month has a first to a fifth day of a week (#1 to #5), not "MON#6"'],
    ['0 0 12 L-31 * ?', 'L- goes from L-1 to L-27, not L-31'],
    ['0 0 12 5L * ?', 'the day of month cannot be "5L"'],
    ['0 0 12 1,,2 * ?', 'the day of month cannot be ""'],
    ['0 0 12 1- * ?', 'the day of month cannot be "1-"'],
    ['0 0/0 12 1 * ?', 'the steps of the minutes go from 1 to 60, not 0'],
    ['0 0 */25 * * ?', 'the steps of the hours go from 1 to 24, not 25'],
    ['0 0 12 1 * ? 2200', 'year must be from 1970 to 2099, not 2200'],
    ['0 0 12 1 * ? 2030-2028', 'the year cannot go from 2030 back to 2028'],
    ['0 0 12 * * ? toString', 'the year cannot be "TOSTRING"'],
  ])('says what is wrong with "%s"', (expression, reason) => {
    expect(() => parseQuartz(expression)).toThrow(reason)
  })

  it('is refused in words or fires later, whatever is written', () => {
    const word = fc.constantFrom(
      ...'0 1 5 31 99 * ? L W LW 15W L-3 6#3 6L MON FRI-MON / , - # 0/5 */7 2030'.split(' '),
    )
    const field = fc.array(word, { minLength: 1, maxLength: 2 }).map((words) => words.join(''))
    const expression = fc.array(field, { minLength: 5, maxLength: 8 }).map((all) => all.join(' '))
    fc.assert(
      fc.property(fc.oneof(expression, fc.string()), (text) => {
        try {
          const time = parseQuartz(text)(from)
          expect(time === null || time > from).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(QuartzError)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
