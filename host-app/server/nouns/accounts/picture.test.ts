import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readPicture } from './picture.ts'
import { testPng, testWebps } from '../../testing/pictures.testing.ts'

const still = { width: 1, height: 1, moves: false }

it.each([
  ['a PNG', testPng({ width: 3, height: 500 }), { type: 'image/png', width: 3, height: 500, moves: false }],
  [
    'a moving PNG',
    testPng({ more: 8, chunk: 'acTL' }),
    { type: 'image/png', width: 24, height: 24, moves: true },
  ],
  ['a lossy WebP', testWebps.lossy, { type: 'image/webp', ...still }],
  ['a lossless WebP', testWebps.lossless, { type: 'image/webp', ...still }],
  ['a moving WebP', testWebps.animated, { type: 'image/webp', ...still, moves: true }],
])('reads %s', (_, bytes, picture) => {
  expect(readPicture(bytes)).toEqual(picture)
})

const whole = [testPng(), testWebps.lossy, testWebps.lossless, testWebps.animated]

it('reads nothing that was cut off, anywhere', () => {
  for (const bytes of whole) {
    for (let length = 0; length < bytes.length; length += 1) {
      expect([length, readPicture(bytes.subarray(0, length))]).toEqual([length, null])
    }
  }
})

it('reads nothing that something else hangs on to', () => {
  const page = Buffer.from('<script>alert(1)</script>')
  for (const bytes of whole) expect(readPicture(Buffer.concat([bytes, page]))).toBeNull()
})

it('reads no PNG in which a byte was changed', () => {
  const bytes = testPng()
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(bytes.readUInt8(at) ^ 0x01, at)
    expect([at, readPicture(changed)]).toEqual([at, null])
  }
})

it('has an answer to any bytes', () => {
  const begun = fc.constantFrom(...whole).chain((bytes) =>
    fc.record({
      bytes: fc.constant(bytes),
      at: fc.nat(bytes.length - 1),
      junk: fc.uint8Array({ maxLength: 64 }),
    }),
  )
  fc.assert(
    fc.property(begun, ({ bytes, at, junk }) => {
      const damaged = Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at + junk.length)])
      expect(() => readPicture(damaged)).not.toThrow()
    }),
    { numRuns: 3_000 },
  )
})
