import { statSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError } from '../../../connectors/connector.ts'
import { connectorOf, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { selections } from './streams.ts'
import { wholeCatalog } from './whole-lists.testing.ts'

let test: TestParts
let sourceId: number
afterEach(() => test.close())

/** What a discovery yields; a function is called in between. */
type Script = (DiscoveredStream | (() => Promise<void> | void))[]
let script: Script = []

async function start() {
  const connector = {
    ...connectorOf(() => [], { steps: ['form', 'discover_schema', 'field_selection'] }),
    mayFindNothing: true,
    async *discover() {
      for (const step of script) {
        if (typeof step === 'function') await step()
        else yield step
      }
    },
  }
  test = await createTestParts({ connectors: [connector] })
  sourceId = (await test.addSource('platform.shop')).id
  test.checkRunner.start()
}

async function check(...next: Script) {
  script = next
  return test.finished(await test.startCheck(sourceId))
}

/** A stream of which there are as many kinds as there are letters. */
const made = (name: string, make: string, own: Record<string, unknown> = {}) =>
  table(name, { own, fields: Object.fromEntries(make.split('').map((field) => [field, {}])) })

const ofSource = (id = sourceId) =>
  test.database.read.selectFrom('stream_make').selectAll().where('source_id', '=', id).orderBy('id').execute()
/** The fields of each make that is stored, in the order of their coming. */
const makes = async (id?: number) =>
  (await ofSource(id)).map(({ schema }) =>
    Object.keys((JSON.parse(schema) as DiscoveredStream['schema']).properties).join(''),
  )
/** Polls, since what came to nothing is deleted after the check has ended. */
async function expectMakes(...expected: string[]) {
  await expect.poll(() => makes()).toEqual(expected)
}

const catalog = (id = sourceId) => wholeCatalog(test.streams, 1, id).then(({ streams }) => streams)

function select(name: string, selected = true) {
  const changes = [{ tap_stream_id: `shop-${name}`, selected }]
  return test.database.write((tx) => test.streams.applySelection(tx, 1, sourceId, { changes }))
}

it('stores the texts of many equal streams once', async () => {
  await start()
  const fields = 'abcdefghijklmnopqrstuvwxyz'
  await check(...Array.from({ length: 5_000 }, (_, number) => made(`t${number}`, fields)))
  await expectMakes(fields)
  const [make] = await ofSource()
  const texts = (make!.schema.length + make!.fields.length) * 5_000
  expect(statSync(test.file).size + statSync(`${test.file}-wal`).size).toBeLessThan(texts)
  expect(await catalog()).toHaveLength(5_000)
})

it('gives back the catalog that was discovered, of whatever mixture, and keeps no more than it needs', async () => {
  await start()
  const letters = ['ab', 'ba', 'abc', 'd', 'e', 'abcde']
  const count = fc.constantFrom(undefined, 0, 3)
  const stream = fc.record({ number: fc.nat(11), make: fc.constantFrom(...letters), count })
  const discovery = fc.uniqueArray(stream, { selector: ({ number }) => number, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(discovery, { minLength: 1, maxLength: 4 }), async (discoveries) => {
      for (const found of discoveries) {
        const streams = found.map(({ number, make, count }) =>
          made(`t${number}`, make, count === undefined ? {} : { 'row-count': count }),
        )
        expect(await check(...streams)).toMatchObject({ status: 'succeeded' })
        expect(await catalog()).toEqual(
          streams.map((stream) => ({
            ...stream,
            key_properties: ['id'],
            ...rowCountOf(stream),
            replication_method: 'FULL_TABLE',
            metadata: stream.metadata.map((entry) =>
              entry.breadcrumb.length > 0
                ? entry
                : {
                    breadcrumb: [],
                    metadata: { ...entry.metadata, 'replication-method': 'FULL_TABLE', selected: false },
                  },
            ),
          })),
        )
        const kinds = new Set(found.map(({ make }) => make))
        await expect.poll(async () => (await makes()).toSorted()).toEqual([...kinds].toSorted())
      }
    }),
    { numRuns: 15 },
  )
})

function rowCountOf({ metadata: [own] }: DiscoveredStream) {
  const count = own?.metadata['row-count']
  return count === undefined ? {} : { row_count: count }
}

it('lets go of what streams were made of before', async () => {
  await start()
  await check(made('a', 'ab'), made('b', 'ab'), made('c', 'c'))
  await check(made('a', 'x'), made('b', 'ab'), made('c', 'y'))
  await expectMakes('ab', 'x', 'y')
  await check(made('a', 'x'), made('b', 'x'), made('c', 'y'))
  await expectMakes('x', 'y')
})

it('lets go of what streams were made of that went, but for those whose choice is kept', async () => {
  await start()
  await check(made('a', 'ab'), made('b', 'ab'), made('c', 'c'), made('d', 'd'))
  await select('c')
  await check(made('a', 'ab'))
  await expectMakes('ab', 'c')
  await check(made('a', 'ab'), made('c', 'c'))
  expect((await catalog()).map(({ stream }) => stream)).toEqual(['a', 'c'])
  await select('c', false)
  await check(made('a', 'ab'), made('c', 'x'))
  await expectMakes('ab', 'x')
})

it('lets go of what an attempt has found that came to nothing', async () => {
  await start()
  await check(made('a', 'ab'))
  const failed = await check(made('a', 'x'), made('b', 'y'), made('c', 'ab'), async () => {
    await expectMakes('ab', 'y', 'x')
    throw new ConnectorError('ConnectionLost')
  })
  expect(failed).toMatchObject({ status: 'failed' })
  await expectMakes('ab')
  expect((await catalog()).map(({ stream }) => stream)).toEqual(['a'])
})

it('lets go of what was found of a source that is deleted meanwhile, and keeps what it has', async () => {
  await start()
  await check(made('a', 'ab'))
  await check(made('a', 'x'), made('b', 'y'), async () => {
    await expectMakes('ab', 'y', 'x')
    await test.database.write((tx) => test.sources.softDelete(tx, 1, sourceId))
  })
  await expectMakes('ab')
})

it('keeps nothing of a stream that was told twice, and once made of something else', async () => {
  await start()
  await check(made('a', 'ab'), () => expectMakes('ab'), made('a', 'x'), made('b', 'x'), made('a', 'y'))
  await expectMakes('ab', 'x')
  expect((await catalog()).map(({ stream }) => stream)).toEqual(['a', 'b'])
})

it('gives a copy of a source makes of its own', async () => {
  await start()
  await check(made('a', 'ab'), made('b', 'ab'), made('c', 'c'))
  const copy = await test.addSource('platform.shop', {}, 'Copy')
  await test.database.write((tx) => selections.copy(tx, test.events, 1, sourceId, copy.id))
  const before = await catalog()
  expect(await catalog(copy.id)).toEqual(before)
  expect(await makes(copy.id)).toEqual(['ab', 'c'])
  await check(made('z', 'z'))
  await expectMakes('z')
  expect(await catalog(copy.id)).toEqual(before)
})
