import { catalog as catalogSchema, streamSchema, streamSummary } from '@bobbin/shared/catalog'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { bare, findStreams, selectedFields } from './find-streams.testing.ts'
import { wholeCatalog, wholeList } from './whole-lists.testing.ts'

const world = findStreams()
const { discover, tick, put } = world

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
    const all = await wholeList(world.test.streams, 1, world.sourceId)
    expect(all).toHaveLength(251)
    expect(streamSummary.array().parse(all)[2]).toMatchObject({
      stream_name: 't1',
      tap_stream_id: 'shop-t1',
      selected: true,
      metadata: { 'row-count': 1, 'table-key-properties': ['id'], selected: true },
    })
    expect(all[0]?.metadata['valid-replication-keys']).toHaveLength(500)
    const slice = (filter: { q?: string; selected?: boolean }, offset = 0) =>
      world.test.streams.sliceSummaries(1, world.sourceId, filter, { limit: 100, start: { offset } })
    const third = await slice({}, 200)
    expect([third.rows.length, third.total, third.rows[0]?.stream_name]).toEqual([51, 251, 't199'])
    const filtered = await slice({ q: 'T24' })
    expect([filtered.rows.length, filtered.total]).toEqual([11, 11])
    expect((await slice({ selected: true })).rows.map((row) => row.stream_name)).toEqual(['t1'])
    expect((await slice({ selected: false })).total).toBe(250)
  })

  it('show one schema with the choices, as a string', async () => {
    await discover(table('a'))
    const [first] = await wholeList(world.test.streams, 1, world.sourceId)
    const id = first?.stream_id ?? 0
    await put('shop-a', [[], { selected: true }], [['properties', 'note'], { selected: false }])
    const schema = streamSchema.parse(await world.test.streams.schemaOf(1, world.sourceId, id))
    expect(JSON.parse(schema.schema)).toEqual(world.found[0]?.schema)
    expect(schema.metadata).toEqual([
      {
        breadcrumb: [],
        metadata: { 'table-key-properties': ['id'], 'replication-method': 'FULL_TABLE', selected: true },
      },
      { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
      {
        breadcrumb: ['properties', 'note'],
        metadata: { inclusion: 'available', 'selected-by-default': true, selected: false },
      },
    ])
    await expect(world.test.streams.schemaOf(2, world.sourceId, id)).rejects.toMatchObject({
      code: 'NotFound',
    })
  })

  it('give a tap its catalog, with every available field of a selected stream decided', async () => {
    const own = { 'forced-replication-method': 'FULL_TABLE' }
    await discover(table('a', { own }), bare)
    await tick('a')
    const { streams } = catalogSchema.parse(await wholeCatalog(world.test.streams, 1, world.sourceId))
    expect(streams[0]).toEqual({
      tap_stream_id: 'shop-a',
      stream: 'a',
      table_name: 'a',
      key_properties: ['id'],
      replication_method: 'FULL_TABLE',
      schema: world.found[0]?.schema,
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
        world.test.database.read,
      )
      return rows.map(({ detail }) => detail).join('; ')
    }
    const of = 'from stream where account_id = 1 and source_id = 1 and removed_at is null'
    expect(await plan(`select id, own_entry ${of} and (id) > (5) order by id limit 101`)).toBe(
      'SEARCH stream USING INDEX stream_page (account_id=? AND source_id=? AND id>?)',
    )
    expect(await plan(`select count(*) ${of}`)).toContain('USING COVERING INDEX stream_list')
    expect(await plan(`select count(*) ${of} and selected = 1`)).toContain(
      'USING COVERING INDEX stream_chosen',
    )
  })
})
