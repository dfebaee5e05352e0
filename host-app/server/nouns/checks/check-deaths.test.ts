import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadConnector } from '../../../connectors/load-connector.ts'
import { ConnectorDied, type ConnectorRunner } from '../../edges/connector-process/connector-runner.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'
import { table } from '../../testing/made-up-connector.testing.ts'
import { runChecks } from './run-checks.testing.ts'

const world = runChecks()
const { createTest, eventsOf } = world

describe('a connector process that dies', () => {
  const rough = fileURLToPath(new URL('../../testing/rough-connector.testing.ts', import.meta.url))
  const processes = () => createTestProcesses({ connectorModules: [rough], memoryLimit: 256 * 1024 ** 2 })

  it('ends the check the second time, and nothing of the server', async () => {
    const connectorRunner = processes()
    const logged: string[] = []
    await createTest(await loadConnector(rough), { connectorRunner, logged })
    world.test.checkRunner.start()
    const bad = await world.test.startCheck(
      (await world.test.addSource('platform.rough', { act: 'exits' }, 'bad')).id,
    )
    const good = await world.test.startCheck(
      (await world.test.addSource('platform.rough', { act: 'works' }, 'good')).id,
    )
    expect((await world.test.finished(bad))?.failure).toMatchObject({ code: 'CheckCrashed', detail: null })
    expect(await world.test.finished(good)).toMatchObject({ status: 'succeeded', stream_count: 3 })
    expect(logged.filter((line) => line.includes('exit code 7'))).toHaveLength(2)
    expect(await jobOf(bad)).toMatchObject({ attempt: 1, deaths: 1 })
    await connectorRunner.close()
  })

  it('is replaced once, and the check starts over', async () => {
    let runs = 0
    const real = processes()
    const connectorRunner: ConnectorRunner = {
      ...real,
      async run(task, listener, signal) {
        await listener.stream(table('of-the-dead'))
        runs += 1
        if (runs === 1) throw new ConnectorDied('The process was ended by SIGKILL.')
        return real.run(task, listener, signal)
      },
    }
    await createTest(await loadConnector(rough), { connectorRunner })
    world.test.checkRunner.start()
    const source = await world.test.addSource('platform.rough', { act: 'works' })
    const name = await world.test.startCheck(source.id)
    expect(await world.test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 4 })
    const lines = (await eventsOf(`check:${name}`)).filter(({ type }) => type === 'log')
    expect(JSON.stringify(lines)).toContain('starts over')
    await real.close()
  })

  it('ends in a code when the answer needs too much memory', async () => {
    const connectorRunner = processes()
    await createTest(await loadConnector(rough), { connectorRunner })
    world.test.checkRunner.start()
    const source = await world.test.addSource('platform.rough', { act: 'hoards buffers' })
    expect((await world.test.finished(await world.test.startCheck(source.id)))?.failure?.code).toBe(
      'AnswerTooLarge',
    )
    await connectorRunner.close()
  })

  const jobOf = (name: string) =>
    world.test.database.read
      .selectFrom('check_job')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
})
