import { afterEach } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { StreamChange } from '@bobbin/shared/wizard-api'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

export const view = table('view', { own: { 'is-view': true, 'table-key-properties': [] } })
export const unreadable = table('blobs', { fields: { blob: { metadata: { inclusion: 'unsupported' } } } })
export const bare = table('bare', { fields: { id: { schema: { type: 'integer' } }, a: {}, b: {} } })

/** A source in which each test of a file finds the streams that it names; and what is chosen of them. */
export function findStreams() {
  const world = {
    test: undefined as unknown as TestParts,
    sourceId: 0,
    /** What the next discovery finds. */
    found: [] as DiscoveredStream[],
    discover,
    discoverAgain,
    select,
    tick,
    put,
    columns,
    selected,
    isSelectionDone,
  }
  afterEach(() => world.test.close())

  async function discover(...streams: DiscoveredStream[]) {
    world.found = streams
    world.test = await createTestParts({ connectors: [connectorOf(() => world.found)] })
    world.sourceId = (await world.test.addSource('platform.shop')).id
    world.test.checkRunner.start()
    await world.test.finished(await world.test.startCheck(world.sourceId))
  }

  async function discoverAgain(...streams: DiscoveredStream[]) {
    world.found = streams
    await world.test.finished(await world.test.startCheck(world.sourceId))
  }

  function select(
    changes: StreamChange[],
    matching?: { q: string; selected: boolean }[],
    defaults?: Parameters<TestParts['streams']['applySelection']>[4],
  ) {
    const request = matching ? { changes, matching } : { changes }
    const { database, streams } = world.test
    return database.write((tx) => streams.applySelection(tx, 1, world.sourceId, request, defaults))
  }

  function tick(...names: string[]) {
    return select(names.map((name) => ({ tap_stream_id: `shop-${name}`, selected: true })))
  }

  function put(tap_stream_id: string, ...entries: [string[], Record<string, unknown>][]) {
    const metadata = entries.map(([breadcrumb, entry]) => ({ breadcrumb, metadata: entry }))
    const { database, streams } = world.test
    return database.write((tx) =>
      streams.updateMetadata(tx, 1, world.sourceId, { streams: [{ tap_stream_id, metadata }] }),
    )
  }

  function columns(defaults: Parameters<TestParts['streams']['columns']>[2] = null) {
    return world.test.streams.columns(1, world.sourceId, defaults)
  }

  async function selected() {
    return (await world.test.streams.selection(1, world.sourceId)).ids
  }

  async function isSelectionDone() {
    return (await world.test.sources.finishedSteps(1, world.sourceId)).has('field_selection')
  }

  return world
}

/** Which fields a catalog says are selected. */
export function selectedFields(stream: DiscoveredStream | undefined): Record<string, unknown> {
  return Object.fromEntries(
    stream?.metadata.flatMap(({ breadcrumb, metadata }) =>
      breadcrumb.length === 2 ? [[breadcrumb[1], metadata['selected']]] : [],
    ) ?? [],
  )
}
