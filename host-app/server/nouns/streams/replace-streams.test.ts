import { describe, expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, view } from './find-streams.testing.ts'

const world = findStreams()
const { discover, discoverAgain, select, tick, columns, selected } = world

describe('a schema that changes', () => {
  const withField = table('a', {
    fields: { id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } }, more: {} },
  })
  const types = async () => (await world.test.events.read('account:1', 0)).map(({ type }) => type)

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
    expect(await world.test.streams.schemaChanged(1, world.sourceId)).toBe(true)
    expect(await selected()).toEqual(['shop-a'])
    expect((await world.test.events.read('account:1', 0)).at(-1)).toMatchObject({
      type: 'schema.changed',
      data: { source_id: world.sourceId, added: 1, changed: 1, removed: 2 },
    })

    await select([])
    expect(await world.test.streams.schemaChanged(1, world.sourceId)).toBe(false)
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

  it('drops keys whose field is gone: the table is then read as a whole, and the view says what it needs', async () => {
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
      replication_method: ['FULL_TABLE', 'FULL_TABLE'],
      blocked: [null, 'Choose the key of this view first.'],
    })
  })

  it('follows a method that becomes forced, and one that no longer is', async () => {
    const forced = (own: Record<string, unknown>) => table('a', { own })
    await discover(table('a'))
    await tick('a')
    const method = async () => {
      const { replication_method: chosen, replication_key: key } = await world.test.streams.fields(
        1,
        world.sourceId,
        'shop-a',
        null,
      )
      return [chosen, key, (await columns()).blocked[0]]
    }
    await discoverAgain(forced({ 'forced-replication-method': 'INCREMENTAL' }))
    expect(await method()).toEqual(['INCREMENTAL', null, null])
    await discoverAgain(table('a'))
    expect(await method()).toEqual(['FULL_TABLE', null, null])
    await discoverAgain(
      forced({ 'forced-replication-method': 'INCREMENTAL', 'valid-replication-keys': ['note'] }),
    )
    expect(await method()).toEqual(['INCREMENTAL', 'note', null])
  })
})
