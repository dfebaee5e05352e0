import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanCatalog } from './catalog-scanner.ts'

/** The streams of a text that comes in pieces of these lengths, by turns. */
async function scan(text: string, lengths: readonly number[] = [65_536]) {
  const bytes = Buffer.from(text)
  async function* pieces() {
    for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
      const end = start + (lengths[turn % lengths.length] ?? 1)
      yield bytes.subarray(start, end)
      start = end
    }
  }
  const found: unknown[] = []
  const streams = scanCatalog(pieces())
  for (;;) {
    const next = await streams.next()
    if (next.done) return { found, isComplete: next.value }
    found.push(JSON.parse(next.value))
  }
}

const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 })
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 })

describe('a catalog that comes in pieces', () => {
  it('has the streams that it has as a whole, wherever it is cut, whatever stands around them', async () => {
    const spaces = fc.constantFrom(undefined, 2, '\t')
    const others = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 })
    await fc.assert(
      fc.asyncProperty(objects, others, lengths, spaces, async (streams, more, cuts, space) => {
        const before = Object.entries(more).filter(([name]) => name !== 'streams')
        const text = JSON.stringify(
          { ...Object.fromEntries(before), streams, version: 1, '"streams"': [{}] },
          null,
          space,
        )
        expect(await scan(`${text}\n`, cuts)).toEqual({
          found: JSON.parse(JSON.stringify(streams)),
          isComplete: true,
        })
      }),
    )
  })

  it.each([
    '',
    'no catalog',
    '{',
    '{}',
    '{"a": []}',
    '{"streams": [',
    '{"streams": [{"a": 1}',
    '[{"streams": []}]',
  ])('is not complete: %s', async (text) => {
    expect(await scan(text)).toMatchObject({ isComplete: false })
  })

  it.each([
    ['text between streams', '{"streams": [x]}', 'CheckFailed'],
    ['a stream that is a text', '{"streams": ["x"]}', 'CheckFailed'],
    ['more behind it', '{"streams": []} {"streams": []}', 'CheckFailed'],
    ['depth', `{"streams": [${'['.repeat(500)}`, 'AnswerTooLarge'],
    ['a megabyte of other lines', 'no catalog\n'.repeat(100_000), 'CheckFailed'],
  ])('is refused for %s', async (_, text, code) => {
    await expect(scan(text)).rejects.toMatchObject({ code })
  })
})
