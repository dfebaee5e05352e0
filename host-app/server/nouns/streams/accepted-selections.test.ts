import type { Catalog } from '@bobbin/shared/catalog'
import { array, assert, asyncProperty, boolean, constantFrom, option, record, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { field, own, streams, useRuledStreams } from './ruled-streams.testing.ts'
import { isReplicated, replicatedFields } from './tap.testing.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

const world = useRuledStreams()
const { forget, putOne, choose } = world

describe('whatever is accepted', () => {
  const names = streams.map(({ stream }) => stream)
  const anyField = constantFrom(
    'id',
    'at',
    'amount',
    'note',
    'shape',
    'day',
    'hour',
    'clicks',
    'age',
    'gender',
    'a',
    'b',
    'c',
  )
  const maybe = <Value>(value: Parameters<typeof option<Value>>[0]) =>
    option(value, { nil: undefined, freq: 1 })
  const update = record({
    door: constantFrom('api', 'wizard'),
    name: constantFrom(...names),
    selected: maybe(boolean()),
    method: maybe(constantFrom('FULL_TABLE', 'INCREMENTAL', 'LOG_BASED')),
    key: maybe(option(anyField)),
    viewKeys: maybe(subarray(['id', 'note', 'shape', 'x'])),
    fields: array(record({ name: anyField, selected: boolean() }), { maxLength: 4 }),
    all: maybe(constantFrom('', 'e', 're')),
  })

  it('keeps every rule', async () => {
    let accepted = 0
    const property = asyncProperty(array(update, { minLength: 1, maxLength: 6 }), async (updates) => {
      await forget()
      for (const one of updates) {
        const id = `shop-${one.name}`
        // Only fields that the stream has, mostly; else hardly anything would be accepted.
        const known = new Set(
          Object.keys(streams.find((stream) => stream.stream === one.name)?.schema.properties ?? {}),
        )
        const fields = one.fields.filter((wish) => known.has(wish.name))
        const ownMetadata = Object.fromEntries(
          Object.entries({
            selected: one.selected,
            'replication-method': one.method,
            'replication-key': one.key,
            'view-key-properties': one.viewKeys,
          }).filter(([, value]) => value !== undefined),
        )
        const done =
          one.door === 'api'
            ? putOne(one.name, own(ownMetadata), ...fields.map((wish) => field(wish.name, wish.selected)))
            : choose(
                [
                  {
                    tap_stream_id: id,
                    selected: one.selected,
                    replication_method: one.method,
                    replication_key: one.key,
                    view_key_properties: one.viewKeys,
                    ...(fields.length > 0 && {
                      fields: Object.fromEntries(fields.map((wish) => [wish.name, wish.selected])),
                    }),
                  },
                ],
                one.all === undefined ? [] : [{ q: one.all, selected: true }],
              )
        await done.then(
          () => (accepted += 1),
          (error: unknown) => expect(error).toMatchObject({ code: 'InvalidProperties' }),
        )
        expect(brokenRules(await wholeCatalog(world.test.streams, 1, world.sourceId))).toEqual([])
      }
    })
    await assert(property, { numRuns: 150 })
    expect(accepted).toBeGreaterThan(100)
  })
})

/** The rules once more, over the catalog that a tap would be given; they share nothing with ours. */
function brokenRules(catalog: Catalog): string[] {
  return catalog.streams.filter(isReplicated).flatMap((stream) => {
    const found = streams.find(({ tap_stream_id: id }) => id === stream.tap_stream_id)
    if (!found) return [`${stream.tap_stream_id} is unknown`]
    const discovered = found.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
    const chosen = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {}
    const metadataOf = (name: string) =>
      found.metadata.find(({ breadcrumb }) => breadcrumb[1] === name)?.metadata ?? {}
    const comes = new Set(replicatedFields(stream))
    const broken: string[] = []
    const rule = (isKept: boolean, words: string) => {
      if (!isKept) broken.push(`${stream.stream}: ${words}`)
    }

    for (const name of Object.keys(found.schema.properties)) {
      const { inclusion, fieldExclusions } = metadataOf(name)
      if (inclusion === 'automatic') rule(comes.has(name), `${name} always comes`)
      if (inclusion === 'unsupported') rule(!comes.has(name), `${name} never comes`)
      for (const [, other] of (fieldExclusions ?? []) as string[][]) {
        const areBoth = comes.has(name) && other !== undefined && comes.has(other)
        rule(!areBoth, `${name} comes with ${other}`)
      }
    }

    const method = chosen['replication-method']
    const key = chosen['replication-key']
    const forced = discovered['forced-replication-method']
    const forcedMethod = typeof forced === 'object' && forced ? Object.values(forced)[0] : forced
    if (forcedMethod !== undefined) rule(method === forcedMethod, `the method is ${String(forcedMethod)}`)
    if (method === 'LOG_BASED') {
      const offered = discovered['valid-replication-methods']
      rule(Array.isArray(offered) && offered.includes(method), 'the log is offered')
      rule(discovered['is-view'] !== true, 'a view has no log')
    }
    if (method === 'INCREMENTAL') rule(typeof key === 'string', 'there is a key')
    if (typeof key === 'string') {
      const valid = discovered['valid-replication-keys']
      const schema = found.schema.properties[key] as { type?: unknown; format?: unknown } | undefined
      const isOrdered =
        schema?.type === 'integer' ||
        schema?.format === 'date-time' ||
        String(metadataOf(key)['sql-datatype']).startsWith('timestamp')
      rule(Array.isArray(valid) ? valid.includes(key) : isOrdered, `${key} can be the key`)
      rule(comes.has(key), 'the key comes along')
    }
    const viewKeys = (chosen['view-key-properties'] ?? []) as string[]
    if (discovered['is-view'] === true) rule(viewKeys.length > 0, 'a view has keys')
    for (const name of viewKeys) rule(comes.has(name), `the key ${name} comes along`)
    return broken
  })
}
