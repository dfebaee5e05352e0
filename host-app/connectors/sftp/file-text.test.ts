import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MalformedFile, textOf, unpacked } from './file-text.ts'
import { jsonLines } from './json-lines.ts'

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from('é€😀')],
    ['UTF-8 with its mark', Buffer.from('\uFEFFé€😀')],
    ['UTF-16', utf16('é€😀')],
    ['UTF-16 the other way round', utf16('é€😀').swap16()],
  ])('may be in %s', (_, bytes) => {
    expect(textOf({ bytes, isWhole: true })).toBe('é€😀')
  })

  it('may be cut in the middle of a character', () => {
    expect(textOf({ bytes: Buffer.from('é€').subarray(0, 4), isWhole: false })).toBe('é')
    expect(textOf({ bytes: utf16('é😀').subarray(0, -1), isWhole: false })).toBe('é')
  })

  it.each([
    ['another encoding', Buffer.from('é', 'latin1')],
    ['a character that was cut', Buffer.from('é€').subarray(0, 4)],
    ['half of UTF-16', utf16('é').subarray(0, -1)],
  ])('cannot be %s', (_, bytes) => {
    expect(() => textOf({ bytes, isWhole: true })).toThrow(MalformedFile)
  })
})

describe('what was packed', () => {
  it('is unpacked, also its beginning alone', async () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `line ${index * 7919}`).join('\n')
    const packed = gzipSync(text)
    const whole = await unpacked({ bytes: packed, isWhole: true })
    expect([whole.bytes.toString(), whole.isWhole]).toEqual([text, true])
    const start = await unpacked({ bytes: packed.subarray(0, packed.length / 2), isWhole: false })
    expect(start.isWhole).toBe(false)
    expect(start.bytes.length).toBeGreaterThan(1_000)
    expect(text.startsWith(start.bytes.toString())).toBe(true)
  })

  it('takes no more memory than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000))
    const start = await unpacked({ bytes: bomb, isWhole: true })
    expect([start.bytes.length, start.isWhole]).toEqual([1_048_576, false])
  })

  it('is told as what it is not', async () => {
    await expect(unpacked({ bytes: Buffer.from('a,b\n'), isWhole: true })).rejects.toThrow(
      /not packed by gzip/,
    )
  })
})

describe('JSON lines', () => {
  const lines = (text: string, isWhole = true) => jsonLines(text, { isWhole, mostRows: 3 })

  it('are the objects of a text, without empty lines', () => {
    expect(lines('{"a":1}\r\n\n{"b":[2]}')).toEqual([{ a: 1 }, { b: [2] }])
    expect(lines('{}\n{}\n{}\n{}\n')).toHaveLength(3)
    expect(lines('{"a":1}\n{"b":', false)).toEqual([{ a: 1 }])
  })

  it.each([
    ['a list', '[{"a":1}]'],
    ['a number', '1'],
    ['null', 'null'],
    ['a list on a line', '{}\n[1]'],
    ['an object over several lines', '{\n"a": 1\n}'],
    ['an end that is missing', '{}\n{"a":'],
  ])('cannot be %s', (_, text) => {
    expect(() => lines(text)).toThrow(MalformedFile)
  })
})
