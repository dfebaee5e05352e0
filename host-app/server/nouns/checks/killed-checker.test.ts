import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { connectorOf, slowConnector, table } from '../../testing/made-up-connector.testing.ts'
import { runChecks } from './run-checks.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

const world = runChecks()
const { createTest, eventsOf } = world

it('survives kill -9: nothing acknowledged is lost, and the check ends', async () => {
  const key = randomBytes(32)
  await createTest(slowConnector(1_000, 0), { key })
  const source = await world.test.addSource('platform.shop')
  const name = await world.test.startCheck(source.id)

  for (let round = 0; round < 3; round += 1) {
    const { acknowledged, streams } = await runAndKill(world.test.file, key, name, 100 + round * 150)
    expect(acknowledged.length).toBeGreaterThan(0)
    const kept = await eventsOf(`check:${name}`)
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1))
    expect(kept.slice(0, acknowledged.length)).toMatchObject(acknowledged)
    const found = await world.test.database.read.selectFrom('stream').select('id').execute()
    expect(found.length).toBeGreaterThanOrEqual(streams)
    expect((await world.test.streams.columns(1, source.id, null)).tap_stream_id).toEqual([])
  }

  world.test.checkRunner.start()
  expect(await world.test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 1_000 })
  expect((await world.test.streams.columns(1, source.id, null)).tap_stream_id).toHaveLength(1_000)
  const events = await eventsOf(`check:${name}`)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(({ type }) => type === 'finished')).toHaveLength(1)
})

it('keeps nothing that streams were made of whose discovery was killed', async () => {
  const key = randomBytes(32)
  let found = [table('t1', { fields: { before: {} } }), table('t2', { fields: { before: {} } })]
  await createTest(
    connectorOf(() => found),
    { key },
  )
  const { test } = world
  const source = await test.addSource('platform.shop')
  const runner = test.createRunner()
  runner.start()
  await test.finished(await test.startCheck(source.id))
  await runner.stop()
  const name = await test.startCheck(source.id)
  await runAndKill(test.file, key, name, 100)
  const makes = async () => {
    const rows = await test.database.read.selectFrom('stream_make').select('fields').orderBy('id').execute()
    return rows.map(({ fields }) =>
      fields.includes('before') ? 'before' : fields.includes('after') ? 'after' : 'killed',
    )
  }
  expect(await makes()).toEqual(['before', 'killed'])
  expect(await test.database.read.selectFrom('found_stream').select('stream_id').execute()).toHaveLength(2)

  found = [table('t1', { fields: { before: {} } }), table('t3', { fields: { after: {} } })]
  test.checkRunner.start()
  expect(await test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 2 })
  await expect.poll(makes).toEqual(['before', 'after'])
})

/** What a process told of its check before it was killed, a while after the first streams. */
async function runAndKill(file: string, key: Uint8Array, name: string, after: number) {
  const script = fileURLToPath(new URL('kill-checker.testing.ts', import.meta.url))
  const args = [script, file, Buffer.from(key).toString('base64'), name]
  const child = mortal(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
  const ended = new Promise((resolve) => child.on('close', resolve))
  let output = ''
  let sawOwnStreams = false
  const told = (await eventsOf(`check:${name}`)).length
  for await (const chunk of child.stdout) {
    output += String(chunk)
    const lines = output.split('\n').slice(0, -1)
    if (sawOwnStreams || !lines.slice(told).some((line) => line.includes('"type":"streams"'))) continue
    sawOwnStreams = true
    void delay(after).then(() => child.kill('SIGKILL'))
  }
  await ended
  const acknowledged = output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { seq: number; type: string; data: { count?: number } })
  const streams = acknowledged.slice(told).findLast(({ type }) => type === 'streams')?.data.count ?? 0
  return { acknowledged, streams }
}
