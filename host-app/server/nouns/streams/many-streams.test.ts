import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StreamChange, StreamSearch } from '@bobbin/shared/wizard-api'
import type { Transaction } from '../../store/database.ts'
import { connectorOf } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'
import { countSelection } from './selection-version.ts'

const [few, many] = [3_000, 60_000]
let test: TestParts
let sources: { few: number; many: number }

/** As a discovery stores them, of which the last has been chosen. */
async function fill(sourceId: number, count: number): Promise<void> {
  await test.database.write(async (tx) => {
    await sql`
      insert into stream_make (account_id, source_id, hash, schema, fields) values (1, ${sql.lit(sourceId)}, 'hash',
        '{"type":"object","properties":{"id":{"type":"integer"}}}',
        '[{"breadcrumb":["properties","id"],"metadata":{"inclusion":"automatic"}}]')`.execute(tx.db)
    await sql`
      with recursive n(i) as (select 0 union all select i + 1 from n where i < ${sql.lit(count - 1)})
      insert into stream (account_id, source_id, position, tap_stream_id, stream_name, search_text, make_id,
        own_entry, schema_hash, field_count, is_view, selected, field_selection, change)
      select 1, ${sql.lit(sourceId)}, i, 'shop-t' || i, 't' || i, 'shop t' || i || ' t' || i,
        (select id from stream_make where source_id = ${sql.lit(sourceId)}),
        '{"breadcrumb":[],"metadata":{}}', 'hash', 1, 0,
        case when i = ${sql.lit(count - 1)} then 1 end, '{}',
        case when i >= ${sql.lit(count - 5)} then 'added' end from n`.execute(tx.db)
    await countSelection(tx, 1, sourceId)
  })
}

beforeAll(async () => {
  test = await createTestParts({ connectors: [connectorOf(() => [])] })
  const [a, b] = [await test.addSource('platform.shop'), await test.addSource('platform.shop', {}, 'Other')]
  sources = { few: a.id, many: b.id }
  await fill(sources.few, few)
  await fill(sources.many, many)
})
afterAll(() => test.close())

/** Milliseconds of the processor, the median of some. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const times = new Array<number>()
  await work()
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage()
    for (let call = 0; call < 5; call += 1) await work()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1_000)
  }
  return times.toSorted((a, b) => a - b)[3] ?? Infinity
}

/** Turns of the event loop while something is done: in each, others are answered. */
async function countingTurns<Result>(work: () => Promise<Result>) {
  let turns = 0
  let next = setImmediate(function turn() {
    turns += 1
    next = setImmediate(turn)
  })
  const result = await work()
  clearImmediate(next)
  return { turns, result }
}

const everything: StreamSearch = {
  q: '',
  only_selected: false,
  matching: [],
  ticked: [],
  unticked: [],
  offset: 0,
  with_tally: true,
}

describe('among many streams', () => {
  const asked: Record<string, (sourceId: number) => Promise<unknown>> = {
    'the first of them': (id) => test.streams.columns(1, id, null),
    'no search': (id) => test.streams.find(1, id, everything, null),
    'the next of them': (id) =>
      test.streams.find(1, id, { ...everything, offset: 100, with_tally: false }, null),
    'the beginning of the catalog': async (id) => {
      let portions = 0
      for await (const streams of test.streams.catalog(1, id))
        if (streams.length > 0 && ++portions === 10) return
    },
    'what is selected': (id) => test.streams.selection(1, id),
    'whether something has changed': (id) => test.streams.schemaChanged(1, id),
    'the steps that are done': (id) => test.sources.finishedSteps(1, id),
  }
  it.for(Object.entries(asked))('asking for %s costs as much as among few', async ([, ask]) => {
    const ofFew = await cost(() => ask(sources.few))
    const ofMany = await cost(() => ask(sources.many))
    // Twenty times as many: what looks at each of them takes twenty times as long.
    expect(ofMany / ofFew).toBeLessThan(3)
  })

  const searches: Partial<StreamSearch>[] = [
    { q: 't59999' },
    { only_selected: true },
    { matching: [{ q: 't', selected: true }] },
    { offset: many - 100 },
  ]
  it.for(searches)('others are answered while %o is looked for', async (search) => {
    const { turns, result } = await countingTurns(() =>
      test.streams.find(1, sources.many, { ...everything, ...search }, null),
    )
    expect(result.tally?.all.count).toBe(many)
    expect(result.tap_stream_id.at(-1)).toBe(search.matching ? 'shop-t99' : `shop-t${many - 1}`)
    expect(turns).toBeGreaterThan(10)
  })

  /** Each write runs twice here. */
  const writes: Record<string, [least: number, work: (tx: Transaction) => Promise<unknown>]> = {
    'thousands are ticked one by one': [40, (tx) => select(tx, range(5_000, 10_000))],
    'thousands are given their fields': [50, (tx) => select(tx, range(0, 2_000), { fields: { id: true } })],
    'all that was new is forgotten': [
      120,
      async (tx) => {
        await tx.db
          .updateTable('stream')
          .set({ change: 'changed' })
          .where('source_id', '=', sources.many)
          .execute()
        await select(tx, [])
      },
    ],
    'a source is copied': [6, (tx) => test.sources.clone(tx, 1, sources.few, { with_selection: true })],
    'what the page suggests is looked for': [
      25,
      (tx) => test.streams.ignoredDefaults(1, sources.many, { t1: true, nope: true }, null, tx),
    ],
  }
  it.for(Object.entries(writes))('others are answered while %s', async ([, [least, work]]) => {
    const { turns } = await countingTurns(() => test.database.write(work))
    expect(turns).toBeGreaterThan(least)
  })
})

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `shop-t${from + index}`)

function select(tx: Transaction, ids: readonly string[], edit: Partial<StreamChange> = {}): Promise<void> {
  const changes = ids.map((id) => ({ tap_stream_id: id, selected: true, ...edit }))
  return test.streams.applySelection(tx, 1, sources.many, { changes })
}
