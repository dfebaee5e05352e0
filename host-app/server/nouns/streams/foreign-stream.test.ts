import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalog as catalogSchema, discoveredStream, type DiscoveredStream } from '@bobbin/shared/catalog'
import { findStreams } from './find-streams.testing.ts'
import { isDiscoveredStream, readStream } from './foreign-stream.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

const properties = {
  id: { type: 'integer' },
  updated: { type: 'string', format: 'date-time' },
  note: { type: 'string' },
}

/** A stream as taps have been seen to write it. */
function foreign(own: Record<string, unknown>, rest: Record<string, unknown> = {}): DiscoveredStream {
  const stream = {
    tap_stream_id: 'shop-a',
    stream: 'a',
    schema: { type: 'object', properties },
    metadata: [{ breadcrumb: [], metadata: own }],
    ...rest,
  }
  return stream
}

const ownOf = (stream: DiscoveredStream | null) =>
  stream?.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)

describe('what cannot be read', () => {
  it.each<[string, unknown, unknown]>([
    ['a reason', { reason: 'not_permitted' }, { reason: 'not_permitted' }],
    [
      'a scope with it',
      { reason: 'needs_scope', scope: 'read_all' },
      { reason: 'needs_scope', scope: 'read_all' },
    ],
    ['a plan, or none', { reason: 'needs_plan', plan: 'Pro' }, { reason: 'needs_plan', plan: 'Pro' }],
    ['a scope that is missing', { reason: 'needs_scope' }, { reason: 'not_permitted' }],
    ['a scope without end', { reason: 'needs_scope', scope: 'x'.repeat(201) }, { reason: 'not_permitted' }],
    ['a reason that nobody knows', { reason: 'moon' }, { reason: 'not_permitted' }],
    ['a word of a tap', 'public', undefined],
    ['nothing', null, undefined],
  ])('%s is taken as it is meant', (_, access, meant) => {
    const stream = readStream(foreign({}, { access }))
    expect(stream?.access).toEqual(meant)
    expect(discoveredStream.safeParse(stream).success).toBe(true)
  })
})

describe('what a tap writes', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'a text as a list of one',
      { 'valid-replication-keys': 'updated', 'table-key-properties': 'id' },
      { 'valid-replication-keys': ['updated'], 'table-key-properties': ['id'] },
    ],
    [
      'the keys of a view, and methods',
      { 'view-key-properties': 'id', 'valid-replication-methods': 'full_table' },
      { 'view-key-properties': ['id'], 'valid-replication-methods': ['FULL_TABLE'] },
    ],
    [
      'a list without what is no name',
      { 'table-key-properties': ['id', '', null, 7] },
      { 'table-key-properties': ['id'] },
    ],
    ['an empty list', { 'valid-replication-keys': [] }, { 'valid-replication-keys': [] }],
    [
      'nothing for blanks and null',
      {
        'valid-replication-keys': ' ',
        'table-key-properties': null,
        'forced-replication-method': '',
        'replication-key': null,
      },
      {},
    ],
    [
      'a method in any case',
      { 'forced-replication-method': ' incremental ' },
      { 'forced-replication-method': 'INCREMENTAL' },
    ],
    [
      'a method in two words',
      { 'forced-replication-method': 'Full Table' },
      { 'forced-replication-method': 'FULL_TABLE' },
    ],
    [
      'a method that nobody knows as it came',
      { 'forced-replication-method': 'Sometimes' },
      { 'forced-replication-method': 'Sometimes' },
    ],
    [
      'a method with its reason',
      { 'forced-replication-method': { 'replication-method': 'log-based', reason: 'x' } },
      { 'forced-replication-method': { 'replication-method': 'LOG_BASED', reason: 'x' } },
    ],
    [
      'flags and numbers as texts',
      { 'is-view': 'True', 'row-count': '12' },
      { 'is-view': true, 'row-count': 12 },
    ],
    ['all else as it came', { odd: [1], __proto__x: null }, { odd: [1], __proto__x: null }],
  ])('is read: %s', (_title, written, read) => {
    expect(ownOf(readStream(foreign(written)))?.metadata).toEqual(read)
  })

  it('is read of each field, too', () => {
    const field = {
      breadcrumb: ['properties', 'note'],
      metadata: { inclusion: 'AVAILABLE', 'selected-by-default': 'false' },
    }
    expect(readStream(foreign({}, { metadata: [field] }))?.metadata[1]).toEqual({
      breadcrumb: field.breadcrumb,
      metadata: { inclusion: 'available', 'selected-by-default': false },
    })
  })

  it('may be said in the old fields alone, and the metadata has the last word', () => {
    const old = {
      key_properties: 'id',
      replication_method: 'incremental',
      replication_key: 'updated',
      is_view: null,
      table_name: null,
    }
    const keys = {
      'table-key-properties': ['id'],
      'replication-method': 'INCREMENTAL',
      'replication-key': 'updated',
    }
    expect(ownOf(readStream(foreign({}, old)))?.metadata).toEqual(keys)
    expect(ownOf(readStream(foreign({}, { ...old, metadata: undefined })))?.metadata).toEqual(keys)
    const own = {
      'table-key-properties': ['note'],
      'replication-method': 'FULL_TABLE',
      'replication-key': 'id',
    }
    expect(ownOf(readStream(foreign(own, old)))?.metadata).toEqual(own)
  })

  it.each([
    [null],
    ['a'],
    [[]],
    [{}],
    [foreign({}, { schema: null })],
    [foreign({}, { metadata: 'x' })],
    [foreign({}, { stream: 7 })],
  ])('is no stream: %j', (found) => {
    expect(readStream(found)).toBeNull()
  })
})

describe('a check', () => {
  const world = findStreams()
  it('finds such streams, and the catalog has them as a tap takes them', async () => {
    const forced = { 'valid-replication-keys': 'updated', 'forced-replication-method': 'incremental' }
    await world.discover(
      foreign({ ...forced, 'table-key-properties': 'id' }),
      foreign(
        {},
        {
          tap_stream_id: 'shop-b',
          stream: 'b',
          key_properties: 'id',
          replication_key: 'updated',
          row_count: null,
        },
      ),
      foreign({ 'is-view': 'true', 'view-key-properties': 'note' }, { tap_stream_id: 'shop-v', stream: 'v' }),
    )
    await world.tick('a', 'b', 'v')
    const { streams } = catalogSchema.parse(await wholeCatalog(world.test.streams, 1, world.sourceId))
    expect(streams).toMatchObject([
      { key_properties: ['id'], replication_method: 'INCREMENTAL', replication_key: 'updated' },
      { key_properties: ['id'], replication_method: 'INCREMENTAL', replication_key: 'updated' },
      { key_properties: ['note'], replication_method: 'INCREMENTAL', is_view: true },
    ])
    expect(ownOf(streams[0] ?? null)?.metadata).toMatchObject({
      'valid-replication-keys': ['updated'],
      'table-key-properties': ['id'],
      'replication-method': 'INCREMENTAL',
      'replication-key': 'updated',
    })
  })
})

it('is as strict as the contract, whatever it is told', () => {
  const name = fc.oneof(
    fc.constantFrom('', 'a', 'x'.repeat(512), 'x'.repeat(513), 'x'.repeat(1_025)),
    fc.string(),
  )
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined))
  const or = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: odd })
  const object = or(fc.dictionary(fc.constantFrom('a', '__proto__', 'properties'), odd))
  const entry = or(
    fc.record({ breadcrumb: or(fc.array(or(fc.string()), { maxLength: 2 })), metadata: object }),
  )
  const access = fc.record(
    {
      reason: fc.constantFrom('not_permitted', 'needs_scope', 'needs_plan', 'other'),
      scope: name,
      plan: name,
    },
    { requiredKeys: ['reason'] },
  )
  const stream = fc.record({
    tap_stream_id: or(name),
    stream: or(name),
    table_name: fc.oneof(fc.constant(undefined), or(name)),
    schema: or(fc.record({ properties: object })),
    metadata: or(fc.array(entry, { maxLength: 3 })),
    access: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, or(access)),
  })
  const verdicts = new Set<boolean>()
  fc.assert(
    fc.property(stream, (made) => {
      const value = JSON.parse(JSON.stringify(made)) as Record<string, unknown>
      const verdict = discoveredStream.safeParse(value).success
      verdicts.add(verdict)
      expect(isDiscoveredStream(value)).toBe(verdict)
    }),
    { numRuns: 1_000 },
  )
  expect(verdicts).toEqual(new Set([true, false]))
})
