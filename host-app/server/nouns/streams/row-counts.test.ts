import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams } from './find-streams.testing.ts'
import { wholeCatalog, wholeList } from './whole-lists.testing.ts'

const world = findStreams()

const counted = (name: string, count?: number): DiscoveredStream =>
  table(name, count === undefined ? {} : { own: { 'row-count': count } })

const shown = async () => (await world.columns()).row_count
const version = () => world.test.streams.version(1, world.sourceId)

it('are those of one discovery, never of two, and one version tells of all', async () => {
  const names = Array.from({ length: 2_500 }, (_, index) => `t${index}`)
  await world.discover(...names.map((name) => counted(name, 1)))
  const before = await version()
  const { database } = world.test
  await database.write(async ({ db }) => {
    await sql`create table seen (counts integer, versions integer)`.execute(db)
    await sql`create trigger look after update of stream_count on check_job begin
      insert into seen select count(distinct row_count), max(source.selection_version) from stream
        join source on source.id = stream.source_id; end`.execute(db)
  })
  await world.discoverAgain(...names.map((name) => counted(name, 2)))
  // Its portions were stored one after the other.
  const { rows } = await sql<{ counts: number; versions: number }>`select * from seen`.execute(database.read)
  expect(rows.length).toBeGreaterThan(2)
  expect(new Set(rows.map(({ counts }) => counts))).toEqual(new Set([1]))
  expect(new Set(rows.map(({ versions }) => versions))).toEqual(new Set([before]))
  expect(new Set(await shown())).toEqual(new Set([2]))
  expect(await version()).toBe(before + 1)
})

it('are told everywhere as they were found last, and not where they are not known any more', async () => {
  const told = async () => {
    const { streams } = world.test
    const [summary] = await wholeList(streams, 1, world.sourceId)
    const { metadata } = await streams.schemaOf(1, world.sourceId, summary?.stream_id ?? 0)
    const [entry] = (await wholeCatalog(streams, 1, world.sourceId)).streams
    return [
      ...(await shown()),
      summary?.metadata['row-count'],
      metadata[0]?.metadata['row-count'],
      entry?.['row_count'],
      entry?.metadata[0]?.metadata['row-count'],
    ]
  }
  await world.discover(counted('a', 1))
  expect(await told()).toEqual([1, 1, 1, 1, 1])
  await world.discoverAgain(counted('a', 7))
  expect(await told()).toEqual([7, 7, 7, 7, 7])
  await world.discoverAgain(counted('a'))
  expect(await told()).toEqual([null, undefined, undefined, undefined, undefined])
  await world.discoverAgain(counted('a', 3))
  expect(await told()).toEqual([3, 3, 3, 3, 3])
})
