import { describe, expect, it } from 'vitest'
import { columnNames, csvRows, sniffDelimiter } from './csv.ts'

const rows = (text: string, options: Partial<Parameters<typeof csvRows>[1]> = {}) =>
  csvRows(text, { delimiter: ',', isWhole: true, mostRows: 100, ...options })

describe('the rows of CSV', () => {
  it.each([
    [
      'plain',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'without an end of the last line',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'of Windows',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'of an old Mac',
      'a,b\r1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with empty lines',
      '\n\na,b\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with empty fields',
      'a,,\n,,',
      [
        ['a', '', ''],
        ['', '', ''],
      ],
    ],
    [
      'quoted',
      '"a","b"\n"1,1","2\n2"\n',
      [
        ['a', 'b'],
        ['1,1', '2\n2'],
      ],
    ],
    [
      'with quotation marks',
      '"a ""b""",c\n"""",""',
      [
        ['a "b"', 'c'],
        ['"', ''],
      ],
    ],
    ['with a quotation mark inside', 'a"b,c', [['a"b', 'c']]],
    ['with something after a quoted field', '"a"b,c', [['ab', 'c']]],
    ['of nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected)
  })

  it('leave out the last one, where the text was cut', () => {
    expect(rows('a,b\n1,2\n3,4', { isWhole: false })).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(rows('a,b\n1,2\n3,"4', { isWhole: false })).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })

  it('end with the most that are wanted', () => {
    expect(rows('a\n1\n2\n3\n', { mostRows: 2 })).toEqual([['a'], ['1']])
  })

  it('are none where a quotation mark is never closed', () => {
    expect(() => rows('a,b\n"1,2\n')).toThrow(/never closed/)
  })

  it('take no longer than their text is long', () => {
    const startedAt = performance.now()
    expect(rows('"'.repeat(1_000_000), { isWhole: false })).toEqual([])
    expect(rows(','.repeat(1_000_000))[0]).toHaveLength(1_000_001)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

describe('the delimiter', () => {
  it.each([
    [',', 'a,b\n1,2\n'],
    [';', 'a;b\n1,5;2,5\n'],
    ['\t', 'a\tb, c\n1\t2, 3, 4\n'],
    ['|', 'a|b|c\n1|2|3\n'],
    [';', '"a,x";b\n"1,2,3";2\n'],
    [',', 'a\n1\n'],
    [',', ''],
    [';', 'id;note\n1;"x, y\nz"\n2;a,b\n'],
  ])('is %j', (delimiter, text) => {
    expect(sniffDelimiter(text, true)).toBe(delimiter)
  })
})

describe('the names of columns', () => {
  it('are by position, the last of several alike counts, and what has none is left out', () => {
    expect(columnNames(['id', ' name ', '', 'id', '2024'])).toEqual([null, 'name', null, 'id', '2024'])
  })

  it.each([
    ['nothing but empty ones', ['', ' ']],
    ['numbers alone', ['1', '2.5', '-3']],
    ['a long one', ['x'.repeat(256)]],
    ['too many', Array.from({ length: 2_001 }, (_, index) => `c${index}`)],
  ])('cannot be %s', (_, header) => {
    expect(() => columnNames(header)).toThrow(/column/)
  })
})
