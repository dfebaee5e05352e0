import { expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, unreadable, view } from './find-streams.testing.ts'
import { findCounts } from './stream-counts.ts'
import { blockedSentence } from './stream-choice.ts'

const world = findStreams()

/** What is kept with the source, and the same counted from its rows. */
async function counts(sourceId: number) {
  const { read } = world.test.database
  const rows = await read.selectFrom('stream').selectAll().where('source_id', '=', sourceId).execute()
  const here = rows.filter((row) => row.removed_at === null)
  const of = (some: typeof rows, test: (row: (typeof rows)[number]) => boolean) => some.filter(test).length
  const isFree = (row: (typeof rows)[number]) => blockedSentence(row) === null
  return {
    kept: await findCounts(read, 1, sourceId),
    counted: {
      count: here.length,
      selectable: of(here, isFree),
      selected: of(here, (row) => row.selected === 1),
      ticked: of(here, (row) => row.selected === 1 && isFree(row)),
      added: of(here, (row) => row.change === 'added'),
      changed: of(here, (row) => row.change === 'changed'),
      removed: of(rows, (row) => row.removed_at !== null && row.selected === 1 && row.change !== null),
    },
  }
}

async function expectRight(sourceId = world.sourceId) {
  const { kept, counted } = await counts(sourceId)
  expect(kept).toEqual(counted)
  return kept
}

it('streams are counted right after whatever changes them', async () => {
  await world.discover(table('a'), table('b'), table('c'), view, unreadable)
  expect(await expectRight()).toMatchObject({ count: 5, selectable: 3, selected: 0, added: 0 })
  await world.tick('a', 'b')
  expect(await expectRight()).toMatchObject({ selected: 2, ticked: 2 })
  await world.put('shop-c', [[], { selected: true }])
  await world.put('shop-view', [[], { 'view-key-properties': ['id'], selected: true }])
  expect(await expectRight()).toMatchObject({ selectable: 4, selected: 4 })
  await world.select([], [{ q: 'b', selected: false }])
  expect(await expectRight()).toMatchObject({ selected: 3 })

  const other = table('a', { fields: { id: {}, more: {} } })
  await world.discoverAgain(other, { ...unreadable, tap_stream_id: 'shop-c' }, view, table('new'))
  expect(await expectRight()).toMatchObject({ count: 4, added: 1, selected: 3, ticked: 2 })
  await world.discoverAgain(other, table('new'))
  expect(await expectRight()).toMatchObject({ count: 2, selected: 1, removed: 2 })
  await world.put('shop-new', [[], { selected: true }])
  expect(await expectRight()).toMatchObject({ added: 0, selected: 2 })

  const { database, sources } = world.test
  const copy = await database.write((tx) => sources.clone(tx, 1, world.sourceId, { with_selection: true }))
  expect(await expectRight(copy.id)).toEqual(await expectRight())
  await world.select([], [{ q: '', selected: true }])
  expect(await expectRight()).toMatchObject({ added: 0, changed: 0, removed: 0 })
})
