import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isolated } from '@bobbin/shared/isolated'
import { afterEach, describe, expect, it } from 'vitest'
import { checkEvent } from '@bobbin/shared/check'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { loadConnector } from '../../../connectors/registry.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'
import { ConnectorDied, type ConnectorRunner } from '../../edges/connector-process/connector-runner.ts'
import { changeSource } from '../sources/source-row.ts'
import { claimJob, createCheckTurns, LeaseLostError, writeFenced } from './check-lease.ts'
import { succeedCheck } from './end-check.ts'
import {
  connectorInfo,
  connectorOf,
  property,
  slowConnector,
  table,
} from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts, type TestPartsOptions } from '../../testing/parts.testing.ts'

let test: TestParts
afterEach(() => test.close())

async function createTest(connector: Connector, options: Partial<TestPartsOptions> = {}) {
  test = await createTestParts({ connectors: [connector], ...options })
  return test
}

async function checkOnce(properties: Record<string, string> = {}) {
  const source = await test.addSource('platform.shop', properties)
  test.checkRunner.start()
  const name = await test.startCheck(source.id)
  return { source, name, check: await test.finished(name) }
}

/** A connector whose check does this, and which finds nothing. */
const failing = (check: NonNullable<Connector['check']>, properties: ConnectorInfo['properties'] = []) => ({
  ...connectorOf(() => [], { properties }),
  check,
})

const eventsOf = (topic: string) => test.events.read(topic, 0)
const accountEvents = async () => (await eventsOf('account:1')).slice(1)

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
    expect((await test.streams.columns(1, source.id, null)).tap_stream_id).toEqual(['shop-a', 'shop-b'])
    expect(await accountEvents()).toMatchObject([
      { type: 'source.check_succeeded', data: { source_id: source.id, check_name: name, stream_count: 2 } },
    ])
    expect(await test.sources.find(1, source.id)).toMatchObject({
      external_account: 'Acme Ltd',
      check_job_name: name,
    })
    expect(await test.sources.finishedSteps(1, source.id)).toEqual(new Set(['form', 'discover_schema']))
  })

  it('keeps nothing of what it found but the streams', async () => {
    await createTest(slowConnector(1_200, 0))
    await checkOnce()
    await expect.poll(() => test.database.read.selectFrom('found_stream').selectAll().execute()).toEqual([])
  })

  it('shows how many streams it has found while it runs', async () => {
    await createTest(slowConnector(600, 2))
    const source = await test.addSource('platform.shop')
    test.checkRunner.start()
    const name = await test.startCheck(source.id)
    const counts: number[] = []
    for await (const event of test.events.follow(`check:${name}`, 0, AbortSignal.timeout(15_000))) {
      const parsed = checkEvent.parse({ type: event.type, data: event.data })
      if (parsed.type === 'streams') {
        counts.push(parsed.data.count)
        const running = await test.checks.find(1, name)
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

describe('a check that fails', () => {
  it('names code, field and detail, free of secrets', async () => {
    await createTest(
      failing(
        ({ settings, report }) => {
          report.log(`Trying ${settings['password']}`)
          return Promise.reject(
            new ConnectorError('DatabaseNotFound', {
              field: 'password',
              detail: `not with ${settings['password']} or ${encodeURIComponent(settings['password'] ?? '')}`,
            }),
          )
        },
        [property('password', { is_credential: true })],
      ),
    )
    const { source, name, check } = await checkOnce({ password: 'hunter 2&3' })
    expect(check).toMatchObject({
      status: 'failed',
      error: true,
      check_exit_status: 1,
      discovery_exit_status: 1,
      discovery_error_message: 'There is no database with this name.',
      failure: { code: 'DatabaseNotFound', field: 'password', detail: 'not with *** or ***' },
    })
    const story = JSON.stringify(await eventsOf(`check:${name}`))
    expect(story).toContain('Trying ***')
    expect(story).not.toContain('hunter')
    expect(await accountEvents()).toMatchObject([
      {
        type: 'source.check_failed',
        data: { source_id: source.id, check_name: name, code: 'DatabaseNotFound', field: 'password' },
      },
    ])
  })

  it('says nothing of an error that the connector did not explain, and logs only its kind', async () => {
    const logged: string[] = []
    const error = Object.assign(new TypeError('connect to 10.0.0.7 with pw hunter2'), { code: 'EPIPE' })
    await createTest(
      failing(() => Promise.reject(error)),
      { logged },
    )
    const { name, check } = await checkOnce()
    expect(check?.failure).toEqual({
      code: 'CheckFailed',
      message: 'The check failed for a reason we do not recognize.',
      field: null,
      detail: null,
    })
    expect(JSON.stringify(await eventsOf(`check:${name}`))).not.toContain('hunter2')
    expect(logged.join()).toContain('"name":"TypeError","code":"EPIPE"')
    expect(logged.join()).not.toMatch(/hunter2|10\.0\.0\.7/)
  })

  it('knows a connector error of another copy of the class, and no field that is not there', async () => {
    const foreign = Object.assign(new Error('x'), {
      name: 'ConnectorError',
      code: 'TlsRequired',
      field: 'ssl',
    })
    await createTest(failing(() => Promise.reject(foreign)))
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'TlsRequired', field: null })
  })

  it('fails when there is nothing to read', async () => {
    await createTest(connectorOf(() => []))
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'NothingFound' })
  })

  it('keeps the streams of the last check that went through', async () => {
    let isBroken = false
    await createTest(
      connectorOf(function* () {
        yield table('a')
        if (isBroken) throw new ConnectorError('VendorUnavailable')
        yield table('b')
      }),
    )
    const { source } = await checkOnce()
    isBroken = true
    expect((await test.finished(await test.startCheck(source.id)))?.status).toBe('failed')
    expect((await test.streams.columns(1, source.id, null)).stream_name).toEqual(['a', 'b'])
  })

  it.each([
    ['CredentialsRejected', 'rejected'],
    ['AuthorizationExpired', 'rejected'],
    ['VendorUnavailable', 'ok'],
  ] as const)('%s leaves the grant %s', async (code, status) => {
    await createTest(failing(() => Promise.reject(new ConnectorError(code))))
    const source = await test.addSource('platform.shop')
    await test.database.write((tx) =>
      test.credentials.save(tx, { accountId: 1, sourceId: source.id, kind: 'oauth', values: { a: 'b' } }),
    )
    test.checkRunner.start()
    await test.finished(await test.startCheck(source.id))
    expect((await test.credentials.describe(1, source.id, 'oauth'))?.status).toBe(status)
  })

  it('ends in time even if the connector ignores its signal', async () => {
    const never = () => new Promise<void>(() => {})
    await createTest(failing(never), { timings: { checkTotal: 100 } })
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'ConnectionTimeout', detail: null })
  })

  it('tells apart a server that does not answer and a schema that takes too long', async () => {
    await createTest(slowConnector(10_000, 1), { timings: { checkTotal: 300 } })
    expect((await checkOnce()).check?.failure).toMatchObject({
      code: 'ConnectionTimeout',
      detail: 'Reading the schema took too long.',
    })
  })

  it('ends when the connector is silent, whatever it writes into the log', async () => {
    const chatter: Connector['check'] = async ({ report, signal }) => {
      report.phase('connecting')
      while (!signal.aborted) {
        report.log('Still here.')
        await delay(5)
      }
    }
    await createTest(failing(chatter), { timings: { checkSilence: 150 } })
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'ConnectionTimeout' })
  })

  it('goes on for longer than a silence may be, as long as streams come', async () => {
    await createTest(slowConnector(40, 20), { timings: { checkSilence: 400 } })
    expect((await checkOnce()).check).toMatchObject({ status: 'succeeded', stream_count: 40 })
  })
})

describe('a connector process that dies', () => {
  const rough = fileURLToPath(new URL('../../testing/rough-connector.testing.ts', import.meta.url))
  const processes = () => createTestProcesses({ connectorModules: [rough], memoryLimit: 256 * 1024 ** 2 })

  it('ends the check the second time, and nothing of the server', async () => {
    const connectorRunner = processes()
    const logged: string[] = []
    await createTest(await loadConnector(rough), { connectorRunner, logged })
    test.checkRunner.start()
    const bad = await test.startCheck((await test.addSource('platform.rough', { act: 'exits' }, 'bad')).id)
    const good = await test.startCheck((await test.addSource('platform.rough', { act: 'works' }, 'good')).id)
    expect((await test.finished(bad))?.failure).toMatchObject({ code: 'CheckCrashed', detail: null })
    expect(await test.finished(good)).toMatchObject({ status: 'succeeded', stream_count: 3 })
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
    test.checkRunner.start()
    const source = await test.addSource('platform.rough', { act: 'works' })
    const name = await test.startCheck(source.id)
    expect(await test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 4 })
    const lines = (await eventsOf(`check:${name}`)).filter(({ type }) => type === 'log')
    expect(JSON.stringify(lines)).toContain('starts over')
    await real.close()
  })

  it('ends in a code when the answer needs too much memory', async () => {
    const connectorRunner = processes()
    await createTest(await loadConnector(rough), { connectorRunner })
    test.checkRunner.start()
    const source = await test.addSource('platform.rough', { act: 'hoards buffers' })
    expect((await test.finished(await test.startCheck(source.id)))?.failure?.code).toBe('AnswerTooLarge')
    await connectorRunner.close()
  })

  const jobOf = (name: string) =>
    test.database.read.selectFrom('check_job').selectAll().where('name', '=', name).executeTakeFirstOrThrow()
})

describe('settings that change', () => {
  it('join the check of the same settings and end the one of older settings', async () => {
    await createTest(slowConnector(100_000, 1), { timings: { lease: 150 } })
    const source = await test.addSource('platform.shop')
    test.checkRunner.start()
    const first = await test.startCheck(source.id)
    expect(await test.startCheck(source.id)).toBe(first)
    await bumpSettings(source.id)
    const second = await test.startCheck(source.id)
    expect(second).not.toBe(first)
    expect(await test.finished(first)).toMatchObject({
      status: 'failed',
      failure: { code: 'CheckFailed', detail: 'The settings changed while the check was running.' },
    })
    expect((await test.checks.latest(1, source.id))?.name).toBe(second)
    expect(await accountEvents()).toEqual([])
    await bumpSettings(source.id)
    // Nobody starts another check: the running one notices by itself.
    expect((await test.finished(second))?.failure?.detail).toContain('settings changed')
  })

  it('are checked when they are complete, and not before', async () => {
    await createTest({ ...connectorOf(() => [table('a')], { properties: [property('host')] }) })
    const source = await test.database.write((tx) =>
      test.sources.create(
        tx,
        1,
        { type: 'platform.shop', display_name: 'x' },
        { mustBeComplete: false, uniqueName: false },
      ),
    )
    await expect(test.startCheck(source.id)).rejects.toMatchObject({
      code: 'Conflict',
      data: { reason: 'incomplete', step: 'form' },
    })
  })

  it("are nobody else's to check", async () => {
    await createTest(connectorOf(() => [table('a')]))
    const { source, name } = await checkOnce()
    await expect(test.database.write((tx) => test.checks.start(tx, 2, source.id))).rejects.toMatchObject({
      code: 'SourceNotFound',
    })
    expect(await test.checks.find(2, name)).toBeNull()
    expect(await test.checks.latest(2, source.id)).toBeNull()
  })

  async function bumpSettings(id: number) {
    await test.database.write((tx) =>
      changeSource(tx, 1, id)
        .set((eb) => ({ settings_version: eb('settings_version', '+', 1) }))
        .execute(),
    )
  }
})

describe('a lease', () => {
  it('that is stale writes nothing', async () => {
    let time = 1_000
    await createTest(
      connectorOf(() => []),
      { now: () => time },
    )
    const source = await test.addSource('platform.shop')
    const name = await test.startCheck(source.id)
    const first = await claimJob(test, createCheckTurns(3), 8, 100)
    expect(await claimJob(test, createCheckTurns(3), 8, 100)).toBeNull()
    time += 101
    const second = await claimJob(test, createCheckTurns(3), 8, 100)
    expect(second).toMatchObject({ name, attempt: 2 })
    if (!first || !second) throw new Error('unreachable')

    const stale = [
      test.database.write((tx) => writeFenced(tx, first, { lease_until: 9_999, stream_count: 7 })),
      test.database.write((tx) => succeedCheck(test, tx, first, { facts: [], externalAccount: 'x' })),
    ]
    for (const write of stale) await expect(write).rejects.toBeInstanceOf(LeaseLostError)
    expect(await test.checks.find(1, name)).toMatchObject({ status: 'running', stream_count: 0 })
    const phases = (await eventsOf(`check:${name}`)).map(({ data }) => (data as { phase: string }).phase)
    expect(phases).toEqual(['queued', 'connecting', 'connecting'])
    expect((await test.sources.find(1, source.id))?.external_account).toBeNull()
    await test.database.write((tx) => writeFenced(tx, second, { lease_until: 9_999, stream_count: 7 }))
    expect((await test.checks.find(1, name))?.stream_count).toBe(7)
  })

  it('is given back by a runner that stops, and the check goes on elsewhere', async () => {
    await createTest(slowConnector(800, 1))
    const source = await test.addSource('platform.shop')
    test.checkRunner.start()
    const name = await test.startCheck(source.id)
    await expect.poll(async () => (await test.checks.find(1, name))?.stream_count).toBeGreaterThan(0)
    await test.checkRunner.stop()
    expect((await test.checks.find(1, name))?.status).toBe('running')
    const other = test.createRunner({ ownsStore: false })
    other.start()
    expect(await test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 800 })
    await other.stop()
  })

  it('ends for good after too many attempts', async () => {
    await createTest(connectorOf(() => [table('a')]))
    const source = await test.addSource('platform.shop')
    const name = await test.startCheck(source.id)
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await claimJob({ ...test, now: () => 0 }, createCheckTurns(3), 8, 0)
    }
    test.checkRunner.start()
    expect((await test.finished(name))?.failure?.detail).toBe('The check was interrupted too many times.')
  })
})

it('survives kill -9: nothing acknowledged is lost, and the check ends', { timeout: 60_000 }, async () => {
  const key = randomBytes(32)
  await createTest(slowConnector(1_000, 0), { key })
  const source = await test.addSource('platform.shop')
  const name = await test.startCheck(source.id)

  for (let round = 0; round < 3; round += 1) {
    const { acknowledged, streams } = await runAndKill(test.file, key, name, 100 + round * 150)
    expect(acknowledged.length).toBeGreaterThan(0)
    const kept = await eventsOf(`check:${name}`)
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1))
    expect(kept.slice(0, acknowledged.length)).toMatchObject(acknowledged)
    const found = await test.database.read.selectFrom('found_stream').select('position').execute()
    expect(found.length).toBeGreaterThanOrEqual(streams)
  }

  test.checkRunner.start()
  expect(await test.finished(name)).toMatchObject({ status: 'succeeded', stream_count: 1_000 })
  expect((await test.streams.columns(1, source.id, null)).tap_stream_id).toHaveLength(1_000)
  const events = await eventsOf(`check:${name}`)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter(({ type }) => type === 'finished')).toHaveLength(1)
})

/** What a process told of its check before it was killed, a while after the first streams. */
async function runAndKill(file: string, key: Uint8Array, name: string, after: number) {
  const script = fileURLToPath(new URL('kill-checker.testing.ts', import.meta.url))
  const args = [script, file, Buffer.from(key).toString('base64'), name]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
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
