import { afterAll, afterEach, beforeAll } from 'vitest'
import type { DiscoveredStream, MetadataUpdate } from '@bobbin/shared/catalog'
import type { StreamChange } from '@bobbin/shared/wizard-api'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

const available = { inclusion: 'available' }
const excludes = (...names: string[]) => ({
  ...available,
  fieldExclusions: names.map((name) => ['properties', name]),
})
const time = { type: ['null', 'string'], format: 'date-time' }

/** One stream or more for each rule of a selection. */
export const streams: DiscoveredStream[] = [
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

const choiceColumns = [
  'id',
  'selected',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'field_selection',
] as const

const choicesOf = ({ database }: TestParts) =>
  database.read.selectFrom('stream').select(choiceColumns).orderBy('id').execute()

export type Entries = MetadataUpdate['streams'][number]['metadata']
export const own = (metadata: Record<string, unknown>): Entries[number] => ({ breadcrumb: [], metadata })
export const field = (name: string, selected: unknown = true): Entries[number] => ({
  breadcrumb: ['properties', name],
  metadata: { selected },
})

/** The source that has those streams, of which nobody has chosen anything when a test begins. */
export function useRuledStreams() {
  const world = {
    test: undefined as unknown as TestParts,
    sourceId: 0,
    untouched: [] as Awaited<ReturnType<typeof choicesOf>>,
    stored,
    forget,
    put,
    putOne,
    choose,
    catalogOf,
  }
  beforeAll(async () => {
    world.test = await createTestParts({ connectors: [connectorOf(() => streams)] })
    world.sourceId = (await world.test.addSource('platform.shop')).id
    world.test.checkRunner.start()
    await world.test.finished(await world.test.startCheck(world.sourceId))
    world.untouched = await stored()
  })
  afterEach(forget)
  afterAll(() => world.test.close())

  function stored() {
    return choicesOf(world.test)
  }

  /** Nobody has chosen anything. */
  async function forget() {
    await world.test.database.write(async (tx) => {
      tx.touch({ accountId: 1, sourceId: world.sourceId })
      for (const { id, ...choice } of world.untouched) {
        await tx.db.updateTable('stream').set(choice).where('id', '=', id).execute()
      }
    })
  }

  function put(...updates: MetadataUpdate['streams']) {
    const { database, streams: noun } = world.test
    return database.write((tx) => noun.updateMetadata(tx, 1, world.sourceId, { streams: updates }))
  }

  function putOne(name: string, ...metadata: Entries) {
    return put({ tap_stream_id: `shop-${name}`, metadata })
  }

  function choose(changes: StreamChange[], matching: { q: string; selected: boolean }[] = []) {
    const { database, streams: noun } = world.test
    return database.write((tx) => noun.applySelection(tx, 1, world.sourceId, { changes, matching }))
  }

  async function catalogOf(name: string) {
    const { streams: all } = await wholeCatalog(world.test.streams, 1, world.sourceId)
    const stream = all.find(({ tap_stream_id: id }) => id === `shop-${name}`)
    if (!stream) throw new Error(`There is no stream ${name}.`)
    return stream
  }

  return world
}
