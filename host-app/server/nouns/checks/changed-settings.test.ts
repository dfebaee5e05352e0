import { describe, expect, it } from 'vitest'
import { changeSource } from '../sources/source-row.ts'
import { connectorOf, property, slowConnector, table } from '../../testing/made-up-connector.testing.ts'
import { runChecks } from './run-checks.testing.ts'

const world = runChecks()
const { createTest, checkOnce, accountEvents } = world

describe('settings that change', () => {
  it('join the check of the same settings and end the one of older settings', async () => {
    await createTest(slowConnector(100_000, 1), { timings: { lease: 150 } })
    const source = await world.test.addSource('platform.shop')
    world.test.checkRunner.start()
    const first = await world.test.startCheck(source.id)
    expect(await world.test.startCheck(source.id)).toBe(first)
    await bumpSettings(source.id)
    const second = await world.test.startCheck(source.id)
    expect(second).not.toBe(first)
    expect(await world.test.finished(first)).toMatchObject({
      status: 'failed',
      failure: { code: 'CheckFailed', detail: 'The settings changed while the check was running.' },
    })
    expect((await world.test.checks.latest(1, source.id))?.name).toBe(second)
    expect(await accountEvents()).toEqual([])
    await bumpSettings(source.id)
    // Nobody starts another check: the running one notices by itself.
    expect((await world.test.finished(second))?.failure?.detail).toContain('settings changed')
  })

  it('are checked when they are complete, and not before', async () => {
    await createTest({ ...connectorOf(() => [table('a')], { properties: [property('host')] }) })
    const source = await world.test.database.write((tx) =>
      world.test.sources.create(
        tx,
        1,
        { type: 'platform.shop', display_name: 'x' },
        { mustBeComplete: false, uniqueName: false },
      ),
    )
    await expect(world.test.startCheck(source.id)).rejects.toMatchObject({
      code: 'Conflict',
      data: { reason: 'incomplete', step: 'form' },
    })
  })

  it("are nobody else's to check", async () => {
    await createTest(connectorOf(() => [table('a')]))
    const { source, name } = await checkOnce()
    await expect(
      world.test.database.write((tx) => world.test.checks.start(tx, 2, source.id)),
    ).rejects.toMatchObject({
      code: 'SourceNotFound',
    })
    expect(await world.test.checks.find(2, name)).toBeNull()
    expect(await world.test.checks.latest(2, source.id)).toBeNull()
  })

  async function bumpSettings(id: number) {
    await world.test.database.write((tx) =>
      changeSource(tx, 1, id)
        .set((eb) => ({ settings_version: eb('settings_version', '+', 1) }))
        .execute(),
    )
  }
})
