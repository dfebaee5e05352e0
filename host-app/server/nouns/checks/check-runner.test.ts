import { checkEvent } from '@bobbin/shared/check'
import { isolated } from '@bobbin/shared/isolated'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../store/database.ts'
import { connectorInfo, connectorOf, slowConnector, table } from '../../testing/made-up-connector.testing.ts'
import { runChecks } from './run-checks.testing.ts'

const world = runChecks()
const { createTest, checkOnce, eventsOf, accountEvents } = world

describe('a check that goes through', () => {
  it('leaves the streams, tells its story in order and tells the account', async () => {
    await createTest({
      info: connectorInfo(),
      async check({ report }) {
        report.phase('connecting')
        report.phase('signing_in')
        report.phase('connecting')
        report.log('Hello')
      },
      async *discover() {
        yield table('a')
        yield table('b')
        yield table('a')
      },
      identify: () => Promise.resolve('Acme Ltd'),
    })
    const { source, name, check } = await checkOnce()
    expect(check).toMatchObject({
      status: 'succeeded',
      error: false,
      check_exit_status: 0,
      discovery_exit_status: 0,
      failure: null,
      stream_count: 2,
    })
    const events = await eventsOf(`check:${name}`)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    const parsed = events.map(({ type, data }) => checkEvent.parse({ type, data }))
    expect(parsed.flatMap((event) => (event.type === 'phase' ? [event.data.phase] : []))).toEqual([
      'queued',
      'connecting',
      'signing_in',
      'reading_schema',
    ])
    expect(parsed.filter((event) => event.type === 'log').map((event) => event.data.line)).toEqual([
      `Checking ${isolated('Shop')}.`,
      'Hello',
      expect.stringMatching(/^Found 2 streams in \d+\.\d s\.$/),
    ])
    expect(parsed.at(-1)).toEqual({ type: 'finished', data: check })
    expect((await world.test.streams.columns(1, source.id, null)).tap_stream_id).toEqual(['shop-a', 'shop-b'])
    expect(await accountEvents()).toMatchObject([
      { type: 'source.check_succeeded', data: { source_id: source.id, check_name: name, stream_count: 2 } },
    ])
    expect(await world.test.sources.find(1, source.id)).toMatchObject({
      external_account: 'Acme Ltd',
      check_job_name: name,
    })
    expect(await world.test.sources.finishedSteps(1, source.id)).toEqual(new Set(['form', 'discover_schema']))
  })

  it('keeps nothing of what it found but the streams', async () => {
    await createTest(slowConnector(1_200, 0))
    await checkOnce()
    await expect
      .poll(() => world.test.database.read.selectFrom('found_stream').selectAll().execute())
      .toEqual([])
  })

  it('forgets at its start what checks have left that ended just before their process', async () => {
    await createTest(connectorOf(() => [table('a')]))
    const { source, name } = await checkOnce()
    const { test } = world
    const { read } = test.database
    const left = async () => [
      (await read.selectFrom('found_stream').select('position').execute()).length,
      (await read.selectFrom('stream_make').select('hash').execute()).length,
    ]
    await expect.poll(left).toEqual([0, 1])
    await test.database.write(({ db }) => leaveFound(db, source.id, name, 1_200))
    expect(await left()).toEqual([1_200, 1_201])
    const later = test.createRunner()
    later.start()
    await expect.poll(left).toEqual([0, 1])
    await later.stop()
  })

  it('shows how many streams it has found while it runs', async () => {
    await createTest(slowConnector(600, 2))
    const source = await world.test.addSource('platform.shop')
    world.test.checkRunner.start()
    const name = await world.test.startCheck(source.id)
    const counts: number[] = []
    for await (const event of world.test.events.follow(`check:${name}`, 0, AbortSignal.timeout(15_000))) {
      const parsed = checkEvent.parse({ type: event.type, data: event.data })
      if (parsed.type === 'streams') {
        counts.push(parsed.data.count)
        const running = await world.test.checks.find(1, name)
        expect(running?.stream_count).toBeGreaterThanOrEqual(parsed.data.count)
      }
      if (parsed.type === 'finished') break
    }
    expect(counts.length).toBeGreaterThan(2)
    expect(counts).toEqual(counts.toSorted((left, right) => left - right))
    expect(counts.at(-1)).toBe(600)
  })

  it('replaces nothing where the connector discovers nothing', async () => {
    await createTest({ info: connectorInfo({ steps: ['form'] }) })
    expect((await checkOnce()).check).toMatchObject({ status: 'succeeded', stream_count: 0 })
  })

  it('leaves out a stream that is not described well, and says so', async () => {
    const odd = { ...table('odd'), tap_stream_id: '' }
    await createTest(connectorOf(() => [odd, table('a')]))
    const { name, check } = await checkOnce()
    expect(check).toMatchObject({ status: 'succeeded', stream_count: 1 })
    expect(JSON.stringify(await eventsOf(`check:${name}`))).toContain('A stream was left out')
  })
})

/** Streams that a check found otherwise, each made of something else. */
async function leaveFound(db: Transaction['db'], sourceId: number, name: string, count: number) {
  const numbers = sql`with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
  await sql`${numbers} insert into stream_make (account_id, source_id, hash, schema, fields)
    select 1, ${sourceId}, 'hash ' || i, '{}', '[]' from n`.execute(db)
  await sql`
    insert into found_stream (check_name, lease, position, tap_stream_id, stream_name, schema_hash, make_id)
    select ${name}, 'gone', id, 'id', 'name', '', id from stream_make where hash like 'hash %'`.execute(db)
}
