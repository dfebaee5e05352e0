import { catalog as catalogSchema } from '@bobbin/shared/catalog'
import { claimRequest } from '@bobbin/shared/flow'
import { selectionRequest, streamFields } from '@bobbin/shared/wizard-api'
import { expect, it } from 'vitest'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams } from './find-streams.testing.ts'
import { replicatedFields } from './tap.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

/** Names that every object has, or that an assignment to an object loses. */
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'plain']
const world = findStreams()
const overTheWire = <Value>(value: Value): unknown => JSON.parse(JSON.stringify(value))
const odd = (name: string) => ({
  ...table(name, {
    fields: Object.fromEntries(names.map((field) => [field, {}])),
    own: { 'table-key-properties': [] },
  }),
  tap_stream_id: name,
})
const catalog = async () =>
  catalogSchema.parse(overTheWire(await wholeCatalog(world.test.streams, 1, world.sourceId)))

it('streams and fields with such names come through: in the catalog, by the API, in the wizard', async () => {
  await world.discover(...names.map(odd))
  expect((await world.columns()).tap_stream_id).toEqual(names)
  for (const name of names) {
    const without = (field: string) => names.filter((other) => other !== field)
    await world.put(name, [[], { selected: true }], [['properties', name], { selected: false }])
    const { streams } = catalogSchema.parse(catalogSchema.parse(await catalog()))
    const stream = streams.find(({ tap_stream_id: id }) => id === name)
    expect(Object.keys(stream?.schema.properties ?? {})).toEqual(names)
    expect(stream && replicatedFields(stream)).toEqual(without(name))
    const { fields } = streamFields.parse(await world.test.streams.fields(1, world.sourceId, name, null))
    expect(fields.filter(({ selected }) => selected === false).map((field) => field.name)).toEqual([name])
  }
  const ofWizard = selectionRequest.parse(
    overTheWire({
      changes: names.map((name) => ({ tap_stream_id: name, fields: Object.fromEntries([[name, true]]) })),
      then: 'save',
    }),
  )
  await world.select(ofWizard.changes)
  for (const stream of (await catalog()).streams) expect(replicatedFields(stream)).toEqual(names)
})

it('may be suggested by the page', async () => {
  const given = Object.fromEntries(names.map((name) => [name, Object.fromEntries([[name, false]])]))
  const claim = {
    app_key: 'a'.repeat(22),
    function: 'addSource',
    type: 'x',
    display: 'popup',
    default_streams: given,
  }
  const { default_streams: defaults } = claimRequest.partial().parse(overTheWire(claim))
  await world.discover(...names.map(odd))
  expect((await world.columns(defaults ?? null)).preselected).toEqual(names.map(() => true))
  await world.select(
    names.map((name) => ({ tap_stream_id: name, selected: true })),
    [],
    defaults,
  )
  for (const stream of (await catalog()).streams) {
    expect(replicatedFields(stream)).toEqual(names.filter((name) => name !== stream.stream))
  }
})
