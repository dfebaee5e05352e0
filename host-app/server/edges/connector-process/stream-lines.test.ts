import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStreamReader, createStreamWriter } from './stream-lines.ts'

/** A stream that has the same fields as every other with this name of a column. */
const stream = (id: string, column = 'a') => ({
  tap_stream_id: id,
  schema: { type: 'object', properties: { [column]: { type: 'string' } } },
  metadata: [
    { breadcrumb: [], metadata: { 'row-count': 1 } },
    { breadcrumb: ['properties', column], metadata: { inclusion: 'available' } },
  ],
})

/** Reads them as one process wrote them. */
function readAll(...streams: unknown[]) {
  const read = createStreamReader()
  const write = createStreamWriter()
  return streams.map((one) => read(Buffer.from(write(one) ?? ''))?.stream as ReturnType<typeof stream>)
}

describe('a stream between two processes', () => {
  it('is the same afterwards, its own metadata first', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '\t', '\n', '"'))
    const value = fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }))
    const entry = fc.record({ breadcrumb: fc.array(name, { maxLength: 2 }), metadata: value })
    const streams = fc.record({
      tap_stream_id: name,
      schema: value,
      metadata: fc.array(entry, { maxLength: 3 }),
      rest: value,
    })
    fc.assert(
      fc.property(streams, fc.integer({ min: 1, max: 3 }), (made, times) => {
        const own = made.metadata.filter(({ breadcrumb }) => breadcrumb.length === 0)
        const fields = made.metadata.filter(({ breadcrumb }) => breadcrumb.length > 0)
        const meant = JSON.parse(JSON.stringify({ ...made, metadata: [...own, ...fields] })) as unknown
        for (const read of readAll(...Array.from({ length: times }, () => made))) expect(read).toEqual(meant)
      }),
    )
  })

  it('shares its fields with those that have the same, from the second on, and they cannot be changed', () => {
    const [, second, third, other, fourth] = readAll(
      stream('1'),
      stream('2'),
      stream('3'),
      stream('x', 'b'),
      stream('4'),
    )
    expect(third?.tap_stream_id).toBe('3')
    expect(third?.schema).toBe(second?.schema)
    expect(fourth?.metadata[1]).toBe(second?.metadata[1])
    expect(fourth?.metadata[0]).not.toBe(second?.metadata[0])
    expect(Object.isFrozen(fourth?.schema)).toBe(true)
    expect(other?.schema.properties).toEqual({ b: { type: 'string' } })
  })

  it('has them for itself where each is another', () => {
    const read = readAll(stream('1', 'a'), stream('2', 'b'))
    expect(read.map(({ schema }) => Object.isFrozen(schema))).toEqual([false, false])
  })

  it('is forgotten with all the others when they are too much to keep', () => {
    const wide = (column: string) => stream('w', column.repeat(900_000))
    const read = readAll(...['a', 'a', 'b', 'c', 'd', 'e', 'a'].map(wide))
    expect(read.map(({ schema }) => Object.isFrozen(schema))).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    const huge = readAll(wide('a'.repeat(5)), wide('a'.repeat(5)))
    expect(huge.map(({ schema }) => Object.isFrozen(schema))).toEqual([false, false])
  })

  it.each([[null], ['a'], [7], [{}], [{ schema: null, metadata: [] }], [{ schema: {}, metadata: [null] }]])(
    'is none, and is told otherwise: %j',
    (odd) => {
      expect(createStreamWriter()(odd)).toBeNull()
    },
  )

  it.each(['[]\t{}', '{}\t{}', '{"metadata":{}}\t{"fields":[]}'])(
    'is nothing that could be taken for one: %s',
    (text) => {
      expect(createStreamReader()(Buffer.from(text))).toEqual({ stream: null })
    },
  )

  it.each(['{\t{}', '{"metadata":[]}\t{}\t{}', '{}\t0\t', '{}\t0\t{'])(
    'is not read where it is no JSON: %s',
    (text) => {
      expect(() => createStreamReader()(Buffer.from(text))).toThrow(SyntaxError)
    },
  )

  it('crosses with its fields twice, and then with their number', () => {
    const write = createStreamWriter()
    const made = ['1', '2', '3', '4'].map((id) => write(stream(id))?.split('\t').slice(1))
    const make = made[0]?.[0]
    expect(made).toEqual([[make], ['0', make], ['0'], ['0']])
    expect([5, 6, 7].map((id) => write(stream(String(id), 'b'))?.split('\t')[1])).toEqual([
      expect.stringContaining('"b"'),
      '1',
      '1',
    ])
  })

  it.each([
    [['{}\t']],
    [['{}\t[]']],
    [['null\tnull']],
    [['{}\t0\t{}', '{}\t']],
    [['{}\t0\t{}', '{}\t 0']],
    [['{}\t0\t{}', '{}\t00']],
    [['{}\t00\t{}']],
    [['{}\t0']],
    [['{}\t-1']],
    [['{}\tlength']],
    [['{}\t0\t{}', '{}\t1']],
    [['{}\t1\t{}']],
    [['{}\t0\t{}', '{}\t2\t{}']],
    [['{}\t0\t{}', '{}\t1\t{}', '{}\t0\t{}', '{}\t1']],
    [[`{}\t0\t{"a":"${'a'.repeat(4_000_000)}"}`]],
    [[`{}\t0\t{"a":"${'a'.repeat(2_000_000)}"}`, `{}\t1\t{"a":"${'a'.repeat(2_000_000)}"}`]],
  ])('is not read where its number is not as it was given', (texts) => {
    const read = createStreamReader()
    for (const text of texts.slice(0, -1)) read(Buffer.from(text))
    expect(() => read(Buffer.from(texts.at(-1)!))).toThrow(SyntaxError)
  })

  it('is no other message', () => {
    expect(createStreamReader()(Buffer.from('{"type":"done"}'))).toBeNull()
  })
})
