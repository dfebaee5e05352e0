import { isolated } from '@bobbin/shared/isolated'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { array, assert, asyncProperty, boolean, constantFrom, option, record, subarray } from 'fast-check'
import type { Catalog, DiscoveredStream, MetadataUpdate } from '@bobbin/shared/catalog'
import type { StreamChange } from '@bobbin/shared/wizard-api'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { isReplicated, replicatedFields } from './tap.testing.ts'

const available = { inclusion: 'available' }
const excludes = (...names: string[]) => ({
  ...available,
  fieldExclusions: names.map((name) => ['properties', name]),
})
const time = { type: ['null', 'string'], format: 'date-time' }

const streams: DiscoveredStream[] = [
  table('plain', {
    fields: {
      id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } },
      at: { schema: time },
      amount: { schema: { type: 'number' } },
      seen: { metadata: { ...available, 'sql-datatype': 'timestamp without time zone' } },
      note: {},
      shape: { metadata: { inclusion: 'unsupported', 'unsupported-description': 'A geometry.' } },
    },
  }),
  table('listed', {
    own: { 'valid-replication-keys': ['note'] },
    fields: { id: { schema: { type: 'integer' } }, note: {} },
  }),
  table('forced', { own: { 'forced-replication-method': 'FULL_TABLE' } }),
  table('explained', {
    own: { 'forced-replication-method': { 'replication-method': 'FULL_TABLE', reason: 'No key.' } },
  }),
  table('logged', { own: { 'valid-replication-methods': ['FULL_TABLE', 'LOG_BASED'] } }),
  table('view', {
    own: { 'is-view': true, 'table-key-properties': [], 'valid-replication-methods': ['LOG_BASED'] },
    fields: {
      id: { schema: { type: 'integer' } },
      note: {},
      shape: { metadata: { inclusion: 'unsupported' } },
    },
  }),
  table('report', {
    own: { 'table-key-properties': [] },
    fields: {
      day: { metadata: { ...excludes('hour'), inclusion: 'automatic' } },
      hour: {},
      clicks: { schema: { type: 'integer' }, metadata: excludes('age', 'gender') },
      age: {},
      gender: { metadata: excludes('nowhere') },
      cost: {},
    },
  }),
  table('defaults', {
    own: { 'table-key-properties': [] },
    fields: {
      a: { metadata: { ...excludes('b'), 'selected-by-default': true } },
      b: { metadata: { ...available, 'selected-by-default': true } },
      c: { metadata: { ...available, 'selected-by-default': true } },
    },
  }),
]

let test: TestParts
let sourceId: number
let untouched: unknown[]
const choiceColumns = [
  'id',
  'selected',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'field_selection',
] as const

beforeAll(async () => {
  test = await createTestParts({ connectors: [connectorOf(() => streams)] })
  sourceId = (await test.addSource('platform.shop')).id
  test.checkRunner.start()
  await test.finished(await test.startCheck(sourceId))
  untouched = await stored()
})
afterEach(forget)
afterAll(() => test.close())

const stored = () => test.database.read.selectFrom('stream').select(choiceColumns).orderBy('id').execute()

/** Nobody has chosen anything. */
async function forget() {
  await test.database.write(async (tx) => {
    tx.touch({ accountId: 1, sourceId })
    for (const { id, ...choice } of untouched as Awaited<ReturnType<typeof stored>>) {
      await tx.db.updateTable('stream').set(choice).where('id', '=', id).execute()
    }
  })
}

type Entries = MetadataUpdate['streams'][number]['metadata']
const own = (metadata: Record<string, unknown>): Entries[number] => ({ breadcrumb: [], metadata })
const field = (name: string, selected: unknown = true): Entries[number] => ({
  breadcrumb: ['properties', name],
  metadata: { selected },
})
const put = (...updates: MetadataUpdate['streams']) =>
  test.database.write((tx) => test.streams.updateMetadata(tx, 1, sourceId, { streams: updates }))
const putOne = (name: string, ...metadata: Entries) => put({ tap_stream_id: `shop-${name}`, metadata })
const choose = (changes: StreamChange[], matching: { q: string; selected: boolean }[] = []) =>
  test.database.write((tx) => test.streams.applySelection(tx, 1, sourceId, { changes, matching }))

async function catalogOf(name: string) {
  const { streams: all } = await test.streams.catalog(1, sourceId)
  const stream = all.find(({ tap_stream_id: id }) => id === `shop-${name}`)
  if (!stream) throw new Error(`There is no stream ${name}.`)
  return stream
}

describe("the rules of Stitch's update, one by one", () => {
  it.each<[string, string, Entries, string]>([
    [
      'a field before its stream',
      'plain',
      [field('note')],
      'Select the stream before its fields, or with them.',
    ],
    [
      'a field of a stream that is put aside',
      'plain',
      [own({ selected: false }), field('note')],
      'Select the stream before its fields, or with them.',
    ],
    [
      'an unsupported field',
      'plain',
      [own({ selected: true }), field('shape')],
      `The field "${isolated('shape')}" cannot be selected. A geometry.`,
    ],
    [
      'a field that is not there',
      'plain',
      [own({ selected: true }), field('x')],
      `There is no field "${isolated('x')}".`,
    ],
    [
      'another method than the forced one',
      'forced',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': 'id' })],
      'The replication method of this stream is always FULL_TABLE.',
    ],
    [
      'another method than one that is forced for a reason',
      'explained',
      [own({ 'replication-method': 'LOG_BASED' })],
      'The replication method of this stream is always FULL_TABLE.',
    ],
    [
      'INCREMENTAL without a key',
      'plain',
      [own({ selected: true, 'replication-method': 'INCREMENTAL' })],
      'Choose a replication key first.',
    ],
    [
      'a key that is not listed, whatever its type',
      'listed',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': 'id' })],
      `The field "${isolated('id')}" cannot be the replication key.`,
    ],
    ...['note', 'amount', 'shape', 'x'].map((name): [string, string, Entries, string] => [
      `"${name}" as key, which is neither integer nor time`,
      'plain',
      [own({ 'replication-method': 'INCREMENTAL', 'replication-key': name })],
      `The field "${isolated(name)}" cannot be the replication key.`,
    ]),
    [
      'a key that is unticked',
      'plain',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'at' }),
        field('at', false),
      ],
      `The field "${isolated('at')}" is a key in use, so it cannot be left out.`,
    ],
    [
      'LOG_BASED where it is not offered',
      'plain',
      [own({ 'replication-method': 'LOG_BASED' })],
      'The replication method LOG_BASED is not offered for this stream.',
    ],
    [
      'LOG_BASED for a view',
      'view',
      [own({ 'replication-method': 'LOG_BASED' })],
      'A view cannot be replicated from the log.',
    ],
    ['a view without keys', 'view', [own({ selected: true })], 'Choose the key of this view first.'],
    ...['x', 'shape'].map((name): [string, string, Entries, string] => [
      `a view by "${name}"`,
      'view',
      [own({ selected: true, 'view-key-properties': [name] })],
      `The field "${isolated(name)}" cannot be part of the key.`,
    ]),
    [
      'view keys of a table',
      'plain',
      [own({ 'view-key-properties': ['id'] })],
      'Only a view takes a key of its own.',
    ],
    [
      'a key of the connector',
      'plain',
      [own({ 'row-count': 1, 'is-view': true })],
      `only non-discoverable metadata can be produced by the UI: #{"${isolated('row-count')}" "${isolated('is-view')}"}`,
    ],
    [
      'two fields that exclude each other',
      'report',
      [own({ selected: true }), field('clicks'), field('age')],
      `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
    ],
    [
      'two fields of which only the other names the first',
      'report',
      [own({ selected: true }), field('gender'), field('clicks')],
      `The fields "${isolated('clicks')}" and "${isolated('gender')}" cannot be selected together.`,
    ],
    [
      'a field that excludes one that always comes',
      'report',
      [own({ selected: true }), field('hour')],
      `The fields "${isolated('day')}" and "${isolated('hour')}" cannot be selected together.`,
    ],
    [
      'a replication key that excludes a chosen field',
      'report',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'clicks' }),
        field('age'),
      ],
      `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
    ],
  ])('refuse %s', async (_title, name, entries, sentence) => {
    await expect(putOne(name, ...entries)).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: { fields: { [`shop-${name}`]: sentence }, invalid_fields: expect.any(String) },
    })
    expect(await stored()).toEqual(untouched)
  })

  it.each<[string, string, Entries, string[]]>([
    [
      'fields before their stream in one call',
      'plain',
      [field('note'), own({ selected: true })],
      ['id', 'note'],
    ],
    [
      'a forced method that is named',
      'forced',
      [own({ selected: true, 'replication-method': 'FULL_TABLE' })],
      ['id', 'note'],
    ],
    [
      'a time as key, which then comes along',
      'plain',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'at' }), field('note')],
      ['id', 'at', 'note'],
    ],
    [
      'a timestamp of SQL as key',
      'plain',
      [
        own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'seen' }),
        field('note'),
      ],
      ['id', 'seen', 'note'],
    ],
    [
      'a listed key of any type',
      'listed',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'note' })],
      ['id', 'note'],
    ],
    [
      'LOG_BASED where it is offered',
      'logged',
      [own({ selected: true, 'replication-method': 'LOG_BASED' })],
      ['id', 'note'],
    ],
    [
      'a view with its keys',
      'view',
      [own({ selected: true, 'view-key-properties': ['id'] }), field('note')],
      ['id', 'note'],
    ],
    [
      'the wish to leave an automatic field out, which has no effect',
      'plain',
      [own({ selected: true }), field('id', false), field('note')],
      ['id', 'note'],
    ],
    [
      '`breadcrumbs`, as one page of Stitch spells it',
      'plain',
      [
        { breadcrumbs: [], metadata: { selected: true } },
        { breadcrumbs: ['properties', 'note'], metadata: { selected: true } },
      ],
      ['id', 'note'],
    ],
    [
      'a stream as a whole, without what excludes a field that comes',
      'report',
      [own({ selected: true })],
      ['day', 'clicks', 'cost'],
    ],
    ['defaults that exclude each other: the first comes', 'defaults', [own({ selected: true })], ['a', 'c']],
    [
      'a choice, before which a default gives way',
      'defaults',
      [own({ selected: true }), field('b')],
      ['b', 'c'],
    ],
    [
      'a key, before which a default gives way',
      'report',
      [own({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'clicks' })],
      ['day', 'clicks', 'cost'],
    ],
    [
      'what excluded it being taken back with it',
      'report',
      [own({ selected: true }), field('age', true), field('age', false), field('clicks')],
      ['day', 'clicks'],
    ],
  ])('accept %s', async (_title, name, entries, comes) => {
    await putOne(name, ...entries)
    expect(replicatedFields(await catalogOf(name))).toEqual(comes)
  })

  it('hold for all streams of a call, or none is changed', async () => {
    const refused = put(
      { tap_stream_id: 'shop-plain', metadata: [own({ selected: true })] },
      { tap_stream_id: 'shop-view', metadata: [own({ selected: true })] },
      { tap_stream_id: 'shop-report', metadata: [own({ selected: true }), field('x')] },
    )
    await expect(refused).rejects.toMatchObject({
      data: {
        fields: {
          'shop-view': 'Choose the key of this view first.',
          'shop-report': `There is no field "${isolated('x')}".`,
        },
      },
    })
    expect(await stored()).toEqual(untouched)
  })

  it('count what an earlier call has chosen', async () => {
    await putOne('report', own({ selected: true }), field('clicks'))
    await expect(putOne('report', field('age'))).rejects.toMatchObject({
      data: {
        fields: {
          'shop-report': `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
        },
      },
    })
    await putOne('report', field('clicks', false), field('age'))
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'age'])
  })

  it('let a stream be put aside whatever is the matter with it', async () => {
    await putOne('plain', own({ selected: true }), field('note'))
    await putOne('plain', own({ selected: false }))
    expect(isReplicated(await catalogOf('plain'))).toBe(false)
  })
})

describe('field exclusions at the wizard', () => {
  it('refuse the second of two with a sentence that names both', async () => {
    const both = { tap_stream_id: 'shop-report', selected: true, fields: { clicks: true, age: true } }
    const refusal = {
      code: 'InvalidProperties',
      data: {
        fields: {
          'shop-report': `The fields "${isolated('clicks')}" and "${isolated('age')}" cannot be selected together.`,
        },
      },
    }
    await expect(choose([both])).rejects.toMatchObject(refusal)
    await choose([{ tap_stream_id: 'shop-report', selected: true }])
    // "clicks" came by itself, and the person saw its tick.
    await expect(choose([{ tap_stream_id: 'shop-report', fields: { age: true } }])).rejects.toMatchObject(
      refusal,
    )
    await choose([{ tap_stream_id: 'shop-report', fields: { age: true, clicks: false } }])
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'age', 'cost'])
  })

  it('show beside each field the tick that counts', async () => {
    const ticks = async (name: string) => {
      const { fields } = await test.streams.fields(1, sourceId, `shop-${name}`, null)
      return fields.filter((one) => one.selected ?? one.selected_by_default).map((one) => one.name)
    }
    expect(await ticks('report')).toEqual(['day', 'clicks', 'cost'])
    expect(await ticks('defaults')).toEqual(['a', 'c'])
  })

  it('are heeded by "select all" and by what the page suggests', async () => {
    await choose([], [{ q: '', selected: true }])
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'clicks', 'cost'])
    expect(replicatedFields(await catalogOf('defaults'))).toEqual(['a', 'c'])
    await forget()
    const suggested = { 'shop-report': { age: true, clicks: true, hour: true } }
    await test.database.write((tx) =>
      test.streams.applySelection(
        tx,
        1,
        sourceId,
        { changes: [{ tap_stream_id: 'shop-report', selected: true }] },
        suggested,
      ),
    )
    expect(replicatedFields(await catalogOf('report'))).toEqual(['day', 'clicks'])
  })
})

describe('whatever is accepted', () => {
  const names = streams.map(({ stream }) => stream)
  const anyField = constantFrom(
    'id',
    'at',
    'amount',
    'note',
    'shape',
    'day',
    'hour',
    'clicks',
    'age',
    'gender',
    'a',
    'b',
    'c',
  )
  const maybe = <Value>(value: Parameters<typeof option<Value>>[0]) =>
    option(value, { nil: undefined, freq: 1 })
  const update = record({
    door: constantFrom('api', 'wizard'),
    name: constantFrom(...names),
    selected: maybe(boolean()),
    method: maybe(constantFrom('FULL_TABLE', 'INCREMENTAL', 'LOG_BASED')),
    key: maybe(option(anyField)),
    viewKeys: maybe(subarray(['id', 'note', 'shape', 'x'])),
    fields: array(record({ name: anyField, selected: boolean() }), { maxLength: 4 }),
    all: maybe(constantFrom('', 'e', 're')),
  })

  it('keeps every rule', { timeout: 120_000 }, async () => {
    let accepted = 0
    const property = asyncProperty(array(update, { minLength: 1, maxLength: 6 }), async (updates) => {
      await forget()
      for (const one of updates) {
        const id = `shop-${one.name}`
        // Only fields that the stream has, mostly; else hardly anything would be accepted.
        const known = new Set(
          Object.keys(streams.find((stream) => stream.stream === one.name)?.schema.properties ?? {}),
        )
        const fields = one.fields.filter((wish) => known.has(wish.name))
        const ownMetadata = Object.fromEntries(
          Object.entries({
            selected: one.selected,
            'replication-method': one.method,
            'replication-key': one.key,
            'view-key-properties': one.viewKeys,
          }).filter(([, value]) => value !== undefined),
        )
        const done =
          one.door === 'api'
            ? putOne(one.name, own(ownMetadata), ...fields.map((wish) => field(wish.name, wish.selected)))
            : choose(
                [
                  {
                    tap_stream_id: id,
                    selected: one.selected,
                    replication_method: one.method,
                    replication_key: one.key,
                    view_key_properties: one.viewKeys,
                    ...(fields.length > 0 && {
                      fields: Object.fromEntries(fields.map((wish) => [wish.name, wish.selected])),
                    }),
                  },
                ],
                one.all === undefined ? [] : [{ q: one.all, selected: true }],
              )
        await done.then(
          () => (accepted += 1),
          (error: unknown) => expect(error).toMatchObject({ code: 'InvalidProperties' }),
        )
        expect(brokenRules(await test.streams.catalog(1, sourceId))).toEqual([])
      }
    })
    await assert(property, { numRuns: 150 })
    expect(accepted).toBeGreaterThan(100)
  })
})

/** The rules once more, over the catalog that a tap would be given; they share nothing with ours. */
function brokenRules(catalog: Catalog): string[] {
  return catalog.streams.filter(isReplicated).flatMap((stream) => {
    const found = streams.find(({ tap_stream_id: id }) => id === stream.tap_stream_id)
    if (!found) return [`${stream.tap_stream_id} is unknown`]
    const discovered = found.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
    const chosen = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
    const metadataOf = (name: string) =>
      found.metadata.find(({ breadcrumb }) => breadcrumb[1] === name)?.metadata ?? {}
    const comes = new Set(replicatedFields(stream))
    const broken: string[] = []
    const rule = (isKept: boolean, words: string) => {
      if (!isKept) broken.push(`${stream.stream}: ${words}`)
    }

    for (const name of Object.keys(found.schema.properties)) {
      const { inclusion, fieldExclusions } = metadataOf(name)
      if (inclusion === 'automatic') rule(comes.has(name), `${name} always comes`)
      if (inclusion === 'unsupported') rule(!comes.has(name), `${name} never comes`)
      for (const [, other] of (fieldExclusions ?? []) as string[][]) {
        const areBoth = comes.has(name) && other !== undefined && comes.has(other)
        rule(!areBoth, `${name} comes with ${other}`)
      }
    }

    const method = chosen['replication-method']
    const key = chosen['replication-key']
    const forced = discovered['forced-replication-method']
    const forcedMethod = typeof forced === 'object' && forced ? Object.values(forced)[0] : forced
    if (forcedMethod !== undefined) rule(method === forcedMethod, `the method is ${String(forcedMethod)}`)
    if (method === 'LOG_BASED') {
      const offered = discovered['valid-replication-methods']
      rule(Array.isArray(offered) && offered.includes(method), 'the log is offered')
      rule(discovered['is-view'] !== true, 'a view has no log')
    }
    if (method === 'INCREMENTAL') rule(typeof key === 'string', 'there is a key')
    if (typeof key === 'string') {
      const valid = discovered['valid-replication-keys']
      const schema = found.schema.properties[key] as { type?: unknown; format?: unknown } | undefined
      const isOrdered =
        schema?.type === 'integer' ||
        schema?.format === 'date-time' ||
        String(metadataOf(key)['sql-datatype']).startsWith('timestamp')
      rule(Array.isArray(valid) ? valid.includes(key) : isOrdered, `${key} can be the key`)
      rule(comes.has(key), 'the key comes along')
    }
    const viewKeys = (chosen['view-key-properties'] ?? []) as string[]
    if (discovered['is-view'] === true) rule(viewKeys.length > 0, 'a view has keys')
    for (const name of viewKeys) rule(comes.has(name), `the key ${name} comes along`)
    return broken
  })
}
