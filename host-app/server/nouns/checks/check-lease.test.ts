import { describe, expect, it } from 'vitest'
import { claimJob, createCheckTurns, LeaseLostError, writeFenced } from './check-lease.ts'
import { succeedCheck } from './end-check.ts'
import { connectorOf, slowConnector, table } from '../../testing/made-up-connector.testing.ts'
import { runChecks } from './run-checks.testing.ts'

const world = runChecks()
const { createTest, eventsOf } = world

describe('a lease', () => {
  it('that is stale writes nothing', async () => {
    let time = 1_000
    await createTest(
      connectorOf(() => []),
      { now: () => time },
    )
    const source = await world.test.addSource('platform.shop')
    const name = await world.test.startCheck(source.id)
    const first = await claimJob(world.test, createCheckTurns(3), 8, 100)
    expect(await claimJob(world.test, createCheckTurns(3), 8, 100)).toBeNull()
    time += 101
    const second = await claimJob(world.test, createCheckTurns(3), 8, 100)
    expect(second).toMatchObject({ name, attempt: 2 })
    if (!first || !second) throw new Error('unreachable')

    const stale = [
      world.test.database.write((tx) => writeFenced(tx, first, { lease_until: 9_999, stream_count: 7 })),
      world.test.database.write((tx) =>
        succeedCheck(world.test, tx, first, { discovery: null, externalAccount: 'x' }),
      ),
    ]
    for (const write of stale) await expect(write).rejects.toBeInstanceOf(LeaseLostError)
    expect(await world.test.checks.find(1, name)).toMatchObject({ status: 'running', stream_count: 0 })
    const phases = (await eventsOf(`check:${name}`)).map(({ data }) => (data as { phase: string }).phase)
    expect(phases).toEqual(['queued', 'connecting', 'connecting'])
    expect((await world.test.sources.find(1, source.id))?.external_account).toBeNull()
    await world.test.database.write((tx) => writeFenced(tx, second, { lease_until: 9_999, stream_count: 7 }))
    expect((await world.test.checks.find(1, name))?.stream_count).toBe(7)
  })

  it('is given back by a runner that stops, and the check goes on elsewhere', async () => {
    await createTest(slowConnector(800, 1))
    const source = await world.test.addSource('platform.shop')
    world.test.checkRunner.start()
    const name = await world.test.startCheck(source.id)
    await expect.poll(async () => (await world.test.checks.find(1, name))?.stream_count).toBeGreaterThan(0)
    await world.test.checkRunner.stop()
    expect((await world.test.checks.find(1, name))?.status).toBe('running')
    const other = world.test.createRunner({ ownsStore: false })
    other.start()
    expect(await world.test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 800 })
    await other.stop()
  })

  it('ends for good after too many attempts', async () => {
    await createTest(connectorOf(() => [table('a')]))
    const source = await world.test.addSource('platform.shop')
    const name = await world.test.startCheck(source.id)
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await claimJob({ ...world.test, now: () => 0 }, createCheckTurns(3), 8, 0)
    }
    world.test.checkRunner.start()
    expect((await world.test.finished(name))?.failure?.detail).toBe(
      'The check was interrupted too many times.',
    )
  })
})
