import { sql } from 'kysely'
import { isolated } from '@bobbin/shared/isolated'
import { afterEach, describe, expect, it } from 'vitest'
import {
  catalog as catalogSchema,
  streamSchema,
  streamSummary,
  type DiscoveredStream,
} from '@bobbin/shared/catalog'
import { streamColumns, streamFields, type StreamChange } from '@bobbin/shared/wizard-api'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

let test: TestParts
let found: DiscoveredStream[]
let sourceId: number
afterEach(() => test.close())

async function discover(...streams: DiscoveredStream[]) {
  found = streams
  test = await createTestParts({ connectors: [connectorOf(() => found)] })
  sourceId = (await test.addSource('platform.shop')).id
  test.checkRunner.start()
  await test.finished(await test.startCheck(sourceId))
}

async function discoverAgain(...streams: DiscoveredStream[]) {
  found = streams
  await test.finished(await test.startCheck(sourceId))
}

const select = (
  changes: StreamChange[],
  matching?: { q: string; selected: boolean }[],
  defaults?: Parameters<TestParts['streams']['applySelection']>[4],
) =>
  test.database.write((tx) =>
    test.streams.applySelection(tx, 1, sourceId, matching ? { changes, matching } : { changes }, defaults),
  )
const tick = (...names: string[]) =>
  select(names.map((name) => ({ tap_stream_id: `shop-${name}`, selected: true })))
const put = (tap_stream_id: string, ...metadata: [string[], Record<string, unknown>][]) =>
  test.database.write((tx) =>
    test.streams.updateMetadata(tx, 1, sourceId, {
      streams: [
        { tap_stream_id, metadata: metadata.map(([breadcrumb, entry]) => ({ breadcrumb, metadata: entry })) },
      ],
    }),
  )
const columns = (defaults: Parameters<TestParts['streams']['columns']>[2] = null) =>
  test.streams.columns(1, sourceId, defaults)
const selected = async () => (await test.streams.selection(1, sourceId)).ids
const isSelectionDone = async () => (await test.sources.finishedSteps(1, sourceId)).has('field_selection')

const view = table('view', { own: { 'is-view': true, 'table-key-properties': [] } })
const unreadable = table('blobs', { fields: { blob: { metadata: { inclusion: 'unsupported' } } } })
const bare = table('bare', { fields: { id: { schema: { type: 'integer' } }, a: {}, b: {} } })

describe('the columns', () => {
  it('have a row per stream, in the order of discovery, and say what is in the way', async () => {
    await discover(table('b', { own: { 'row-count': 7 } }), view, unreadable, table('a'))
    expect(streamColumns.parse(await columns())).toEqual({
      tap_stream_id: ['shop-b', 'shop-view', 'shop-blobs', 'shop-a'],
      stream_name: ['b', 'view', 'blobs', 'a'],
      selected: [null, null, null, null],
      preselected: [false, false, false, false],
      is_view: [false, true, false, false],
      row_count: [7, null, null, null],
      field_count: [2, 2, 0, 2],
      replication_method: [null, null, null, null],
      change: [null, null, null, null],
      blocked: [null, 'Choose the key of this view first.', 'None of its fields can be read.', null],
      removed: [],
    })
  })

  it('pre-tick what the page suggests, only where nobody has chosen and nothing is in the way', async () => {
    const twin = { ...table('a'), tap_stream_id: 'other-a' }
    await discover(table('a'), twin, table('b'), table('c'), table('d'), view)
    await select([{ tap_stream_id: 'shop-d', selected: false }])
    const defaults = { a: true, 'shop-b': { note: true }, c: false, d: true, view: true, nope: true }
    expect((await columns(defaults)).preselected).toEqual([true, true, true, false, false, false])
    expect((await columns({ a: true, 'shop-a': false })).preselected.slice(0, 2)).toEqual([false, true])
  })

  it('are empty for another account', async () => {
    await discover(table('a'))
    expect((await test.streams.columns(2, sourceId, null)).tap_stream_id).toEqual([])
  })
})

describe('one stream opened', () => {
  it('shows its fields, and why one cannot be had', async () => {
    const shape = {
      inclusion: 'unsupported',
      'unsupported-description': 'A geometry.',
      'sql-datatype': 'geo',
    }
    await discover(
      table('a', {
        own: { 'valid-replication-keys': ['id'] },
        fields: { id: { schema: { type: 'integer' } }, note: {}, shape: { metadata: shape } },
      }),
    )
    const opened = streamFields.parse(await test.streams.fields(1, sourceId, 'shop-a', null))
    expect(opened).toMatchObject({
      replication_method: null,
      forced_replication_method: null,
      valid_replication_keys: ['id'],
      is_view: false,
    })
    expect(opened.fields).toEqual([
      {
        name: 'id',
        type: 'integer',
        inclusion: 'available',
        selected: null,
        selected_by_default: true,
        reason: null,
        is_key: true,
        can_be_replication_key: true,
        excludes: [],
      },
      expect.objectContaining({ name: 'note', type: 'string', can_be_replication_key: false }),
      expect.objectContaining({
        name: 'shape',
        type: 'geo',
        selected_by_default: false,
        reason: 'A geometry.',
      }),
    ])
    await expect(test.streams.fields(2, sourceId, 'shop-a', null)).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('shows the fields that the page suggests until somebody chooses', async () => {
    await discover(bare)
    const ticks = async () =>
      (await test.streams.fields(1, sourceId, 'shop-bare', { bare: { a: true } })).fields.map(
        ({ selected, selected_by_default }) => selected ?? selected_by_default,
      )
    expect(await ticks()).toEqual([false, true, false])
    await select([{ tap_stream_id: 'shop-bare', selected: true, fields: { b: true, a: false } }])
    expect(await ticks()).toEqual([true, false, true])
  })
})

describe('a selection', () => {
  it('is all or nothing, with a sentence per stream', async () => {
    await discover(table('a'), view, unreadable)
    const changes = ['a', 'view', 'blobs', 'gone'].map((name) => ({
      tap_stream_id: `shop-${name}`,
      selected: true,
    }))
    await expect(select(changes)).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: {
        fields: {
          'shop-view': 'Choose the key of this view first.',
          'shop-blobs': 'None of its fields can be read.',
          'shop-gone': 'This stream is no longer there.',
        },
      },
    })
    expect(await selected()).toEqual([])
    await select([
      { tap_stream_id: 'shop-view', selected: true, view_key_properties: ['id'] },
      { tap_stream_id: 'shop-a', selected: true, replication_method: 'INCREMENTAL', replication_key: 'id' },
    ])
    expect(await selected()).toEqual(['shop-a', 'shop-view'])
    expect((await columns()).replication_method).toEqual(['INCREMENTAL', null, null])
    await expect(
      select([
        { tap_stream_id: 'shop-a', fields: { nope: true } },
        { tap_stream_id: 'shop-view', selected: false },
      ]),
    ).rejects.toMatchObject({ data: { fields: { 'shop-a': `There is no field "${isolated('nope')}".` } } })
    expect(await selected()).toEqual(['shop-a', 'shop-view'])
  })

  it('of all that a filter shows leaves out what is in the way, and single ticks rule over it', async () => {
    await discover(table('orders_1'), table('ORDERS%'), table('customers'), view, unreadable)
    await select([], [{ q: 'orders', selected: true }])
    expect(await selected()).toEqual(['shop-ORDERS%', 'shop-orders_1'])
    await select(
      [{ tap_stream_id: 'shop-orders_1', selected: true }],
      [
        { q: '', selected: true },
        { q: 's_', selected: false },
      ],
    )
    expect(await selected()).toEqual(['shop-ORDERS%', 'shop-customers', 'shop-orders_1'])
    await select([], [{ q: '%', selected: false }])
    expect(await selected()).toEqual(['shop-customers', 'shop-orders_1'])
  })

  it('finds letters beyond ASCII in either case', async () => {
    await discover(table('École'), table('other'))
    await select([], [{ q: 'éCOLE', selected: true }])
    expect(await selected()).toEqual(['shop-École'])
  })

  it('keeps every tick that the person saw once a stream was opened', async () => {
    await discover(bare)
    await select([{ tap_stream_id: 'shop-bare', selected: true, fields: { a: false } }])
    await select([{ tap_stream_id: 'shop-bare', fields: { a: true } }])
    const { fields } = await test.streams.fields(1, sourceId, 'shop-bare', null)
    expect(fields.map((field) => field.selected)).toEqual([true, true, true])
  })

  it('gives a stream that was never opened the fields that the page suggests', async () => {
    await discover(bare, table('a'))
    const defaults = { bare: { a: true, nope: true } }
    await select([{ tap_stream_id: 'shop-bare', selected: true }], undefined, defaults)
    const { streams } = await test.streams.catalog(1, sourceId)
    expect(selectedFields(streams[0])).toEqual({ id: false, a: true, b: false })
    expect(
      await test.streams.ignoredDefaults(1, sourceId, { ...defaults, x: true, a: { id: false } }),
    ).toEqual(['x', 'bare.nope', 'a.id'])
  })

  it('needs at least one field, from a person', async () => {
    await discover(bare)
    const none = { id: false, a: false, b: false }
    await expect(
      select([{ tap_stream_id: 'shop-bare', selected: true, fields: none }]),
    ).rejects.toMatchObject({ data: { fields: { 'shop-bare': 'Choose at least one field.' } } })
  })

  it('completes the step, and taking it back opens the step again', async () => {
    await discover(table('a'), table('b'))
    expect(await isSelectionDone()).toBe(false)
    await tick('a')
    expect(await isSelectionDone()).toBe(true)
    await select([], [{ q: '', selected: false }])
    expect(await isSelectionDone()).toBe(false)
  })

  it("is not another account's to make", async () => {
    await discover(table('a'))
    await test.database.write((tx) =>
      test.streams.applySelection(tx, 2, sourceId, { changes: [], matching: [{ q: '', selected: true }] }),
    )
    const foreign = test.database.write((tx) =>
      test.streams.applySelection(tx, 2, sourceId, {
        changes: [{ tap_stream_id: 'shop-a', selected: true, fields: { note: true } }],
      }),
    )
    await expect(foreign).rejects.toMatchObject({ code: 'InvalidProperties' })
    expect(await selected()).toEqual([])
    expect((await test.streams.catalog(2, sourceId)).streams).toEqual([])
  })
})

describe("Stitch's metadata update", () => {
  it('is partial and all or nothing', async () => {
    await discover(bare, table('a'))
    await put(
      'shop-bare',
      [[], { selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'id' }],
      [['properties', 'a'], { selected: true }],
    )
    const [first] = (await test.streams.catalog(1, sourceId)).streams
    expect(first?.metadata[0]?.metadata).toMatchObject({
      selected: true,
      'replication-method': 'INCREMENTAL',
      'replication-key': 'id',
    })
    expect(selectedFields(first)).toEqual({ id: true, a: true, b: false })
    await put('shop-bare', [['properties', 'b'], { selected: true }])
    expect(selectedFields((await test.streams.catalog(1, sourceId)).streams[0])).toEqual({
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
    await test.database.write((tx) =>
      test.sources.create(
        tx,
        1,
        { type: 'platform.shop', display_name: 'new' },
        { mustBeComplete: true, uniqueName: true },
      ),
    )
    sourceId += 1
    await expect(put('shop-a', [[], { selected: true }])).rejects.toMatchObject({
      code: 'Conflict',
      data: { step: 'discover_schema' },
    })
  })
})

describe('lists and catalog', () => {
  it('list streams with their own metadata, by page and text', async () => {
    const wide = table('wide', {
      own: { 'valid-replication-keys': Array.from({ length: 500 }, (_, index) => `a_long_name_${index}`) },
    })
    const many = Array.from({ length: 250 }, (_, index) =>
      table(`t${index}`, { own: { 'row-count': index } }),
    )
    await discover(wide, ...many)
    await tick('t1')
    const all = await test.streams.listSummaries(1, sourceId)
    expect(all).toHaveLength(251)
    expect(streamSummary.array().parse(all)[2]).toMatchObject({
      stream_name: 't1',
      tap_stream_id: 'shop-t1',
      selected: true,
      metadata: { 'row-count': 1, 'table-key-properties': ['id'], selected: true },
    })
    expect(all[0]?.metadata['valid-replication-keys']).toHaveLength(500)
    const slice = (filter: { q?: string; selected?: boolean }, offset = 0) =>
      test.streams.sliceSummaries(1, sourceId, filter, { limit: 100, start: { offset } })
    const third = await slice({}, 200)
    expect([third.rows.length, third.total, third.rows[0]?.stream_name]).toEqual([51, 251, 't199'])
    const filtered = await slice({ q: 'T24' })
    expect([filtered.rows.length, filtered.total]).toEqual([11, 11])
    expect((await slice({ selected: true })).rows.map((row) => row.stream_name)).toEqual(['t1'])
    expect((await slice({ selected: false })).total).toBe(250)
  })

  it('show one schema with the choices, as a string', async () => {
    await discover(table('a'))
    const [first] = await test.streams.listSummaries(1, sourceId)
    const id = first?.stream_id ?? 0
    await put('shop-a', [[], { selected: true }], [['properties', 'note'], { selected: false }])
    const schema = streamSchema.parse(await test.streams.schemaOf(1, sourceId, id))
    expect(JSON.parse(schema.schema)).toEqual(found[0]?.schema)
    expect(schema.metadata).toEqual([
      { breadcrumb: [], metadata: { 'table-key-properties': ['id'], selected: true } },
      { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
      {
        breadcrumb: ['properties', 'note'],
        metadata: { inclusion: 'available', 'selected-by-default': true, selected: false },
      },
    ])
    await expect(test.streams.schemaOf(2, sourceId, id)).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('give a tap its catalog, with every available field of a selected stream decided', async () => {
    const own = { 'forced-replication-method': 'FULL_TABLE' }
    await discover(table('a', { own }), bare)
    await tick('a')
    const { streams } = catalogSchema.parse(await test.streams.catalog(1, sourceId))
    expect(streams[0]).toEqual({
      tap_stream_id: 'shop-a',
      stream: 'a',
      table_name: 'a',
      key_properties: ['id'],
      replication_method: 'FULL_TABLE',
      schema: found[0]?.schema,
      metadata: [
        {
          breadcrumb: [],
          metadata: {
            'table-key-properties': ['id'],
            'forced-replication-method': 'FULL_TABLE',
            'replication-method': 'FULL_TABLE',
            selected: true,
          },
        },
        { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
        {
          breadcrumb: ['properties', 'note'],
          metadata: { inclusion: 'available', 'selected-by-default': true, selected: true },
        },
      ],
    })
    expect(streams[1]?.metadata[0]?.metadata['selected']).toBe(false)
    expect(selectedFields(streams[1])).toEqual({ id: undefined, a: undefined, b: undefined })
  })
})

describe('the pages of a list', () => {
  it('come from indexes, so that no row is read that is not shown', async () => {
    await discover(table('a'))
    const plan = async (query: string) => {
      const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(
        test.database.read,
      )
      return rows.map(({ detail }) => detail).join('; ')
    }
    const of = 'from stream where account_id = 1 and source_id = 1 and removed_at is null'
    expect(await plan(`select id, metadata ${of} and (id) > (5) order by id limit 101`)).toBe(
      'SEARCH stream USING INDEX stream_page (account_id=? AND source_id=? AND id>?)',
    )
    expect(await plan(`select count(*) ${of}`)).toContain('USING COVERING INDEX stream_list')
    expect(await plan(`select count(*) ${of} and selected = 1`)).toContain('USING COVERING INDEX stream_list')
  })
})

describe('a schema that changes', () => {
  const withField = table('a', {
    fields: { id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } }, more: {} },
  })
  const types = async () => (await test.events.read('account:1', 0)).map(({ type }) => type)

  it('keeps what was chosen, by id, and says what is new since the last saved selection', async () => {
    await discover(table('a'), table('b'), table('c'), table('d'))
    await discoverAgain(table('d'), table('a'), table('b'), table('c'))
    expect((await columns()).stream_name).toEqual(['d', 'a', 'b', 'c'])
    expect((await columns()).change).toEqual([null, null, null, null])
    await tick('a', 'b')
    expect(await types()).not.toContain('schema.changed')

    await discoverAgain(withField, table('c'), table('e'))
    expect(await columns()).toMatchObject({
      stream_name: ['a', 'c', 'e'],
      selected: [true, null, null],
      change: ['changed', null, 'added'],
      removed: ['shop-b'],
    })
    expect(await test.streams.schemaChanged(1, sourceId)).toBe(true)
    expect(await selected()).toEqual(['shop-a'])
    expect((await test.events.read('account:1', 0)).at(-1)).toMatchObject({
      type: 'schema.changed',
      data: { source_id: sourceId, added: 1, changed: 1, removed: 2 },
    })

    await select([])
    expect(await test.streams.schemaChanged(1, sourceId)).toBe(false)
    expect(await columns()).toMatchObject({ change: [null, null, null], removed: [] })
    await discoverAgain(withField, table('b'), table('c'), table('e'))
    expect(await columns()).toMatchObject({
      stream_name: ['a', 'b', 'c', 'e'],
      selected: [true, true, null, null],
      change: [null, 'added', null, null],
    })
  })

  it('does not change by the number of rows', async () => {
    await discover(table('a', { own: { 'row-count': 1 } }))
    await tick('a')
    await discoverAgain(table('a', { own: { 'row-count': 2 } }))
    expect(await columns()).toMatchObject({ row_count: [2], change: [null] })
  })

  it('drops keys whose field is gone, and the stream says so', async () => {
    await discover(table('a'), view)
    await select([
      { tap_stream_id: 'shop-a', selected: true, replication_method: 'INCREMENTAL', replication_key: 'id' },
      { tap_stream_id: 'shop-view', selected: true, view_key_properties: ['note'] },
    ])
    const fields = { other: {} }
    await discoverAgain(
      table('a', { fields, own: { 'table-key-properties': [] } }),
      table('view', { fields, own: { 'is-view': true, 'table-key-properties': [] } }),
    )
    expect(await columns()).toMatchObject({
      selected: [true, true],
      blocked: ['Choose a replication key first.', 'Choose the key of this view first.'],
    })
  })

  it('follows a method that becomes forced, and one that no longer is', async () => {
    const forced = (own: Record<string, unknown>) => table('a', { own })
    await discover(table('a'))
    await tick('a')
    const method = async () => {
      const { replication_method: chosen, replication_key: key } = await test.streams.fields(
        1,
        sourceId,
        'shop-a',
        null,
      )
      return [chosen, key, (await columns()).blocked[0]]
    }
    await discoverAgain(forced({ 'forced-replication-method': 'INCREMENTAL' }))
    expect(await method()).toEqual(['INCREMENTAL', null, null])
    await discoverAgain(table('a'))
    expect(await method()).toEqual(['INCREMENTAL', null, 'Choose a replication key first.'])
    await discoverAgain(
      forced({ 'forced-replication-method': 'INCREMENTAL', 'valid-replication-keys': ['note'] }),
    )
    expect(await method()).toEqual(['INCREMENTAL', 'note', null])
  })
})

describe('ten thousand streams', () => {
  it('are replaced, listed, searched and selected', { timeout: 120_000 }, async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => table(`t${index}`))
    await discover(...many)
    const before = performance.now()
    const { tap_stream_id: ids } = await columns({ t5: true })
    const took = performance.now() - before
    expect(ids).toHaveLength(10_000)
    // Not a benchmark: a machine under load has ten times what it needs.
    expect(took).toBeLessThan(2_000)
    await select([], [{ q: '', selected: true }])
    expect((await test.streams.selection(1, sourceId)).count).toBe(10_000)
    expect((await test.streams.selection(1, sourceId)).ids).toHaveLength(1_000)
    await select(ids.slice(0, 5_000).map((tap_stream_id) => ({ tap_stream_id, selected: false })))
    expect((await test.streams.selection(1, sourceId)).count).toBe(5_000)
    await discoverAgain(...many.slice(5_000))
    expect((await columns()).tap_stream_id).toHaveLength(5_000)
    expect((await test.streams.selection(1, sourceId)).count).toBe(5_000)
  })
})

function selectedFields(stream: DiscoveredStream | undefined): Record<string, unknown> {
  return Object.fromEntries(
    stream?.metadata.flatMap(({ breadcrumb, metadata }) =>
      breadcrumb.length === 2 ? [[breadcrumb[1], metadata['selected']]] : [],
    ) ?? [],
  )
}
