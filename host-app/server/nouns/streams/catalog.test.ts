import { afterEach, describe, expect, it } from 'vitest'
import { catalog as catalogSchema, type DiscoveredStream, type MetadataUpdate } from '@bobbin/shared/catalog'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { isReplicated, replicatedFields } from './tap.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

let test: TestParts
let sourceId: number
afterEach(() => test.close())

async function discover(...found: DiscoveredStream[]) {
  test = await createTestParts({ connectors: [connectorOf(() => found)] })
  sourceId = (await test.addSource('platform.shop')).id
  test.checkRunner.start()
  await test.finished(await test.startCheck(sourceId))
}

const put = (streams: MetadataUpdate['streams']) =>
  test.database.write((tx) => test.streams.updateMetadata(tx, 1, sourceId, { streams }))
const own = (metadata: Record<string, unknown>) => ({ breadcrumb: [], metadata })
const field = (name: string, selected: boolean) => ({
  breadcrumb: ['properties', name],
  metadata: { selected },
})
const read = async () => catalogSchema.parse(await wholeCatalog(test.streams, 1, sourceId)).streams

/** A stream as an old and thorough tap writes it. */
const thorough = {
  tap_stream_id: 'db-public-orders',
  stream: 'orders',
  stream_alias: 'Orders',
  table_name: 'orders',
  key_properties: ['id'],
  database_name: 'db',
  is_view: false,
  row_count: 12,
  schema: {
    type: 'object',
    selected: true,
    definitions: { time: { type: 'string', format: 'date-time' } },
    additionalProperties: false,
    properties: {
      id: { type: 'integer', inclusion: 'automatic' },
      at: { $ref: '#/definitions/time' },
      note: { type: ['null', 'string'], selected: true },
      address: {
        type: 'object',
        properties: { street: { type: 'string' }, secret: { type: 'string' }, blob: {} },
      },
      shape: {},
    },
  },
  metadata: [
    own({
      'table-key-properties': ['id'],
      'database-name': 'db',
      'is-view': false,
      'row-count': 12,
      odd: [1],
    }),
    { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic', 'sql-datatype': 'int4' } },
    { breadcrumb: ['properties', 'at'], metadata: { inclusion: 'available' } },
    { breadcrumb: ['properties', 'note'], metadata: { inclusion: 'available', 'selected-by-default': true } },
    { breadcrumb: ['properties', 'address'], metadata: { inclusion: 'available' } },
    { breadcrumb: ['properties', 'address', 'properties', 'street'], metadata: { inclusion: 'available' } },
    {
      breadcrumb: ['properties', 'address', 'properties', 'secret'],
      metadata: { inclusion: 'available', 'selected-by-default': false },
    },
    { breadcrumb: ['properties', 'address', 'properties', 'blob'], metadata: { inclusion: 'unsupported' } },
    { breadcrumb: ['properties', 'shape'], metadata: { inclusion: 'unsupported' } },
  ],
}

describe('the catalog that a tap is given', () => {
  it('loses nothing of what discovery wrote, and selects nothing that nobody chose', async () => {
    await discover(thorough)
    const [stream] = await read()
    expect(stream && isReplicated(stream)).toBe(false)
    expect(stream).toEqual({
      ...thorough,
      replication_method: 'FULL_TABLE',
      schema: {
        ...thorough.schema,
        selected: false,
        properties: {
          ...thorough.schema.properties,
          note: { ...thorough.schema.properties.note, selected: false },
        },
      },
      metadata: [
        {
          breadcrumb: [],
          metadata: {
            ...thorough.metadata[0]?.metadata,
            'replication-method': 'FULL_TABLE',
            selected: false,
          },
        },
        ...thorough.metadata.slice(1),
      ],
    })
  })

  it('replicates exactly the fields that were chosen, also what lies in them', async () => {
    await discover(thorough)
    const chosen = { selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'at' }
    await put([
      {
        tap_stream_id: thorough.tap_stream_id,
        metadata: [own(chosen), field('address', true), field('note', false)],
      },
    ])
    const [stream] = await read()
    if (!stream) throw new Error('The stream is gone.')
    expect(isReplicated(stream)).toBe(true)
    expect(replicatedFields(stream)).toEqual(['id', 'at', 'address', 'address.street'])
    expect(stream).toMatchObject({ replication_method: 'INCREMENTAL', replication_key: 'at' })
    expect(stream.schema).toMatchObject({ selected: true, properties: { note: { selected: false } } })
    await put([
      {
        tap_stream_id: thorough.tap_stream_id,
        metadata: [own({ 'replication-method': 'FULL_TABLE' }), field('address', false), field('note', true)],
      },
    ])
    const [next] = await read()
    if (!next) throw new Error('The stream is gone.')
    expect(replicatedFields(next)).toEqual(['id', 'note'])
    expect(next).not.toHaveProperty('replication_key')
  })

  it('is a catalog that can be read again, and then comes out the same', async () => {
    await discover(thorough, table('a'))
    const streams = await read()
    await test.close()
    await discover(...streams)
    expect(await read()).toEqual(streams)
  })

  it('has the keys that were chosen for a view', async () => {
    await discover(table('view', { own: { 'is-view': true, 'table-key-properties': [] } }))
    const metadata = [own({ selected: true, 'view-key-properties': ['note'] })]
    await put([{ tap_stream_id: 'shop-view', metadata }])
    const [stream] = await read()
    expect(stream).toMatchObject({ is_view: true, key_properties: ['note'] })
    expect(stream?.metadata[0]?.metadata).toMatchObject({ 'view-key-properties': ['note'] })
  })
})

describe('ten thousand streams', () => {
  it('are chosen by one call, and all of them stand in the catalog', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`)
    await discover(...names.map((name) => table(name)))
    await put(
      names.map((name) => ({
        tap_stream_id: `shop-${name}`,
        metadata: [own({ selected: true }), field('note', false)],
      })),
    )
    const streams = await read()
    expect(streams.filter(isReplicated)).toHaveLength(10_000)
    expect(new Set(streams.flatMap(replicatedFields))).toEqual(new Set(['id']))
  })
})
