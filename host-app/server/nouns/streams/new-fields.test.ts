import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { includedFields, type StreamChoice } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'
import { withNewFields } from './new-fields.ts'
import type { NewFieldsPolicy } from '../../../connectors/new-fields-property.ts'
import { findStreams, selectedFields } from './find-streams.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

type Metadata = Record<string, unknown>
const byDefault = (is: boolean) => ({ 'selected-by-default': is })

const described = (fields: Record<string, Metadata>) =>
  describeStream(
    table('t', {
      own: { 'table-key-properties': [] },
      fields: Object.fromEntries(Object.entries(fields).map(([name, metadata]) => [name, { metadata }])),
    }),
  )
const chosen = (fields: Record<string, boolean>): StreamChoice => ({
  selected: true,
  method: 'FULL_TABLE',
  replicationKey: null,
  viewKeys: [],
  fields: new Map(Object.entries(fields)),
})

interface Case {
  name: string
  before: Record<string, Metadata>
  after: Record<string, Metadata>
  ticks?: Record<string, boolean>
  comes: Record<NewFieldsPolicy, string>
}

const same = (names: string): Record<NewFieldsPolicy, string> => ({
  when_all_selected: names,
  include: names,
  exclude: names,
})

const cases: Case[] = [
  {
    name: 'a stream that comes whole',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: {} },
    comes: { when_all_selected: 'a b c', include: 'a b c', exclude: 'a b' },
  },
  {
    name: 'a stream all of whose fields were ticked one by one',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: {} },
    ticks: { a: true, b: true },
    comes: { when_all_selected: 'a b c', include: 'a b c', exclude: 'a b' },
  },
  {
    name: 'a stream of which a field was left out',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: {} },
    ticks: { b: false },
    comes: { when_all_selected: 'a', include: 'a c', exclude: 'a' },
  },
  {
    name: 'a stream of which some fields were ticked',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: {} },
    ticks: { a: true, b: false },
    comes: { when_all_selected: 'a', include: 'a c', exclude: 'a' },
  },
  {
    name: 'a new field that the connector leaves out by itself',
    before: { a: byDefault(true) },
    after: { a: byDefault(true), c: byDefault(false) },
    comes: same('a'),
  },
  {
    name: 'a stream with a field that is left out by default',
    before: { a: byDefault(true), b: byDefault(false) },
    after: { a: byDefault(true), b: byDefault(false), c: byDefault(true) },
    comes: { when_all_selected: 'a c', include: 'a c', exclude: 'a' },
  },
  {
    name: 'defaults that come with the new field: what came without them goes on to come',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: byDefault(true) },
    comes: { when_all_selected: 'a b c', include: 'a b c', exclude: 'a b' },
  },
  {
    name: 'defaults that go: what they left out stays out',
    before: { a: byDefault(true), b: {} },
    after: { a: {}, b: {}, c: {} },
    comes: { when_all_selected: 'a', include: 'a c', exclude: 'a' },
  },
  {
    name: 'a field that could not be had and now can',
    before: { a: {}, b: { inclusion: 'unsupported' } },
    after: { a: {}, b: {} },
    comes: { when_all_selected: 'a b', include: 'a b', exclude: 'a' },
  },
  {
    name: 'a new field that always comes, and one that never can',
    before: { a: {} },
    after: { a: {}, key: { inclusion: 'automatic' }, blob: { inclusion: 'unsupported' } },
    comes: same('a key'),
  },
  {
    name: 'a new field that excludes one that comes',
    before: { a: {}, b: {} },
    after: { a: {}, b: {}, c: { fieldExclusions: [['properties', 'a']] } },
    ticks: { a: true, b: true },
    comes: same('a b'),
  },
  {
    name: 'a field that was left out, went, and is there again',
    before: { a: {} },
    after: { a: {}, b: {} },
    ticks: { b: false },
    comes: same('a'),
  },
  {
    name: 'a new field called __proto__',
    before: { a: {} },
    after: Object.fromEntries([
      ['a', {}],
      ['__proto__', {}],
    ]),
    ticks: { a: true },
    comes: { when_all_selected: '__proto__ a', include: '__proto__ a', exclude: 'a' },
  },
]

describe.each(cases)('$name', ({ before, after, ticks = {}, comes }) => {
  it.each(Object.entries(comes) as [NewFieldsPolicy, string][])('%s: %s', (policy, names) => {
    const old = { description: described(before), choice: chosen(ticks) }
    const description = described(after)
    const once = withNewFields(policy, old, description, old.choice)
    expect([...includedFields(description, once)].sort().join(' ')).toBe(names)
    // The next change of the schema finds the same.
    const twice = withNewFields(policy, { description, choice: once }, description, once)
    expect(twice).toEqual(once)
  })
})

describe('a source', () => {
  const world = findStreams()
  const fields = { id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } }, note: {} }
  const grown = table('a', { fields: { ...fields, ssn: {} } })

  const come = async () => {
    const { streams } = await wholeCatalog(world.test.streams, 1, world.sourceId)
    return selectedFields(streams.find(({ tap_stream_id: id }) => id === 'shop-a'))
  }
  const decide = (policy: string | null) =>
    world.test.database.write((tx) =>
      world.test.sources.update(tx, 1, world.sourceId, { properties: { new_fields: policy } }, 'merge'),
    )

  it('has its policy as one of its settings, which is no reason for a check', async () => {
    await world.discover(table('a', { fields }), table('b', { fields }))
    await world.tick('a')
    await decide('exclude')
    await world.discoverAgain(grown, table('b', { fields: { ...fields, ssn: {} } }))
    expect(await come()).toMatchObject({ note: true, ssn: false })
    // Nothing was chosen of the other: it comes as it would.
    await world.tick('b')
    expect((await world.test.streams.fields(1, world.sourceId, 'shop-b', null)).fields).toMatchObject([
      {},
      { name: 'note', selected_by_default: true },
      { name: 'ssn', selected_by_default: true },
    ])

    await decide(null)
    await world.discoverAgain(table('a', { fields: { ...fields, ssn: {}, more: {} } }))
    expect(await come()).toMatchObject({ note: true, ssn: false, more: false })
    await decide('include')
    await world.discoverAgain(table('a', { fields: { ...fields, ssn: {}, more: {}, most: {} } }))
    expect(await come()).toMatchObject({ note: true, ssn: false, more: false, most: true })
  })

  it('refuses another policy, and names those that there are', async () => {
    await world.discover(table('a'))
    await expect(decide('all')).rejects.toMatchObject({ code: 'InvalidProperties' })
  })
})
