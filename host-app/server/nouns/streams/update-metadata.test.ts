import { isolated } from '@bobbin/shared/isolated'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { bare, findStreams, selectedFields } from './find-streams.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

const world = findStreams()
const { discover, put, isSelectionDone } = world

describe("Stitch's metadata update", () => {
  it('is partial and all or nothing', async () => {
    await discover(bare, table('a'))
    await put(
      'shop-bare',
      [[], { selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'id' }],
      [['properties', 'a'], { selected: true }],
    )
    const [first] = (await wholeCatalog(world.test.streams, 1, world.sourceId)).streams
    expect(first?.metadata[0]?.metadata).toMatchObject({
      selected: true,
      'replication-method': 'INCREMENTAL',
      'replication-key': 'id',
    })
    expect(selectedFields(first)).toEqual({ id: true, a: true, b: false })
    await put('shop-bare', [['properties', 'b'], { selected: true }])
    expect(selectedFields((await wholeCatalog(world.test.streams, 1, world.sourceId)).streams[0])).toEqual({
      id: true,
      a: true,
      b: true,
    })
  })

  it('lets a program choose its fields later, and the step waits for one', async () => {
    await discover(bare)
    await put(
      'shop-bare',
      [[], { selected: true }],
      ...['id', 'a', 'b'].map((name): [string[], object & Record<string, unknown>] => [
        ['properties', name],
        { selected: false },
      ]),
    )
    expect(await isSelectionDone()).toBe(false)
    await put('shop-bare', [['properties', 'a'], { selected: true }])
    expect(await isSelectionDone()).toBe(true)
  })

  const shape = table('shape', { fields: { id: {}, geo: { metadata: { inclusion: 'unsupported' } } } })
  it.each<[string, string, [string[], Record<string, unknown>], string]>([
    ['an unknown stream', 'x', [[], { selected: true }], 'invalid tap-stream-ids:  [x]'],
    [
      'a key of the connector',
      'shop-a',
      [[], { 'is-view': true }],
      'only non-discoverable metadata can be produced by the UI: #{"is-view"}',
    ],
    [
      'an unsupported field',
      'shop-shape',
      [['properties', 'geo'], { selected: true }],
      'Unsupported fields cannot be selected by default',
    ],
    [
      'a nested field',
      'shop-a',
      [['properties', 'a', 'b'], { selected: true }],
      'invalid breadcrumb: [properties a b]',
    ],
    [
      'a method of a field',
      'shop-a',
      [['properties', 'id'], { 'replication-key': 'id' }],
      'only "selected" can be set on a field: [properties id]',
    ],
    ['a word for a boolean', 'shop-a', [[], { selected: 'yes' }], '"selected" must be true, false or null'],
    [
      'an unknown method',
      'shop-a',
      [[], { 'replication-method': 'X' }],
      '"replication-method" must be one of FULL_TABLE, INCREMENTAL, LOG_BASED',
    ],
    [
      'a field of a stream that is not selected',
      'shop-a',
      [['properties', 'note'], { selected: true }],
      `${isolated('shop-a')}: Select the stream before its fields, or with them.`,
    ],
  ])('refuses %s', async (_title, id, entry, words) => {
    await discover(table('a'), shape)
    await expect(put(id, entry)).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: { invalid_fields: words },
    })
  })

  it.each([
    [[['properties', 'חנות', 'b'], { selected: true }], 'invalid breadcrumb: [', 'properties חנות b', ']'],
    [
      [['properties', 'חנות'], { x: 1 }],
      'only non-discoverable metadata can be produced by the UI: #{"',
      'x',
      '"}',
    ],
  ] as const)(
    'isolates what it repeats in a sentence, and repeats it to the letter in Stitch’s words: %j',
    async (entry, before, name, after) => {
      await discover(table('a'), shape)
      await expect(put('shop-a', [[...entry[0]], entry[1]])).rejects.toMatchObject({
        data: {
          fields: { 'shop-a': `${before}${isolated(name)}${after}` },
          invalid_fields: `${before}${name}${after}`,
        },
      })
    },
  )

  it('waits for discovery', async () => {
    await discover(table('a'))
    await world.test.database.write((tx) =>
      world.test.sources.create(
        tx,
        1,
        { type: 'platform.shop', display_name: 'new' },
        { mustBeComplete: true, uniqueName: true },
      ),
    )
    world.sourceId += 1
    await expect(put('shop-a', [[], { selected: true }])).rejects.toMatchObject({
      code: 'Conflict',
      data: { step: 'discover_schema' },
    })
  })
})
