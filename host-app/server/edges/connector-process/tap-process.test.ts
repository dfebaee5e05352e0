import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureFile, fixtureSecrets } from '../../../connectors/tap/fixture-file.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'
import type { ConnectorRunner, TaskListener } from './connector-runner.ts'

let dataDir: string
let runner: ConnectorRunner
const runs = () => join(dataDir, 'tap-runs')
const left = () => (existsSync(runs()) ? readdirSync(runs()) : [])

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bobbin-taps-'))
  const file = join(dataDir, 'taps', 'fixture.json')
  await mkdir(join(dataDir, 'taps'))
  await writeFile(file, JSON.stringify(fixtureFile))
  runner = createTestProcesses({ dataDir, connectorModules: [file], memoryLimit: 256 * 1024 ** 2 })
})
afterAll(async () => {
  await runner.close()
  await rm(dataDir, { recursive: true })
})

function heard(onLine: (line: string) => void = () => {}) {
  const all = { lines: [] as string[], streams: [] as unknown[], configs: [] as Record<string, unknown>[] }
  const listener: TaskListener = {
    phase() {},
    log(line) {
      all.lines.push(line)
      onLine(line)
    },
    config: async (config) => void all.configs.push(config),
    stream: async (stream) => void all.streams.push(stream),
    unnamed() {},
  }
  return { all, listener }
}

function run(act: string, options: { listener?: TaskListener; signal?: AbortSignal; more?: object } = {}) {
  const { listener = heard().listener, signal = AbortSignal.timeout(60_000), more } = options
  const settings = { act, ...fixtureSecrets, ...more }
  return runner.run({ type: 'tap.fixture', calls: 'check', settings, grant: null }, listener, signal)
}

/** Processes that have the folder of a run for their home, whatever became of those that started them. */
function tapProcesses(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${runs()}`)
    } catch {
      return false
    }
  })
}
const wardens = () =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('tap-warden') && line.includes(runs()))

async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => [tapProcesses(), left(), wardens()], { timeout: 8_000 }).toEqual([[], [], []])
}

describe('a tap in a connector process', () => {
  it('finds streams, and leaves nothing behind', async () => {
    const { all, listener } = heard()
    expect(await run('works', { listener })).toMatchObject({ discovered: true })
    expect(all).toMatchObject({
      streams: [{ stream: 'orders' }, { stream: 'people' }],
      lines: ['INFO Discovering'],
    })
    await expectNothingLeft()
  })

  it('ends with all that it started, also what left its group', async () => {
    await run('leaves children')
    await expectNothingLeft()
  })

  it('is ended, with all that it started, when the check is', async () => {
    const stop = new AbortController()
    const { listener } = heard((line) => line.includes('child') && stop.abort(new Error('enough')))
    await expect(run('forks and hangs', { listener, signal: stop.signal })).rejects.toThrow('enough')
    await expectNothingLeft()
  })

  it.each(['forks and hangs', 'hangs and ignores signals'])(
    'is ended when its connector process is killed while it %s',
    async (act) => {
      const begun = Promise.withResolvers<void>()
      const { listener } = heard(() => begun.resolve())
      const ended = run(act, { listener })
      await begun.promise
      expect(left()).toHaveLength(1)
      process.kill(connectorProcess(), 'SIGKILL')
      await expect(ended).rejects.toMatchObject({ name: 'ConnectorDied' })
      await expectNothingLeft()
    },
  )

  it('is ended when the server is killed', async () => {
    const script = fileURLToPath(new URL('kill-tap-server.testing.ts', import.meta.url))
    const args = [script, dataDir, join(dataDir, 'taps', 'fixture.json')]
    const server = mortal(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
    await once(server.stdout, 'data')
    expect(tapProcesses().length).toBeGreaterThan(0)
    server.kill('SIGKILL')
    await expectNothingLeft()
  })

  it('tells at once what the tap renewed', async () => {
    const stop = new AbortController()
    const { all, listener } = heard()
    const config = async (found: Record<string, unknown>) => {
      all.configs.push(found)
      stop.abort(new Error('seen'))
    }
    await expect(
      run('renews and hangs', { listener: { ...listener, config }, signal: stop.signal }),
    ).rejects.toThrow('seen')
    expect(all.configs).toMatchObject([{ auth: { refresh_token: 'renewed-token-2' } }])
  })

  it('has no more memory than a check may have', async () => {
    await expect(run('hoards memory')).rejects.toMatchObject({ code: 'AnswerTooLarge' })
    await expectNothingLeft()
  })

  it.each([
    ['prints too much', 'AnswerTooLarge', /more than 128 MB/],
    ['prints one endless stream', 'AnswerTooLarge', /one stream is too long/],
    ['logs too much', 'AnswerTooLarge', /more than 16 MB/],
  ])('is cut when it %s', async (act, code, detail) => {
    await expect(run(act)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) })
    await expectNothingLeft()
  })

  it('sees nothing of the environment, and neither server nor other runs where the system has walls', async () => {
    const begun = Promise.withResolvers<void>()
    const stop = new AbortController()
    const other = run('hangs and ignores signals', {
      listener: heard(() => begun.resolve()).listener,
      signal: stop.signal,
    })
    await begun.promise
    const [neighbour] = left()
    const more = { path: join(runs(), neighbour ?? ''), pid: String(process.pid) }
    const { all, listener } = heard()
    await run('looks around', { listener, more }).catch(() => {})
    stop.abort(new Error('enough'))
    await expect(other).rejects.toThrow('enough')
    const seen = JSON.parse(all.lines.at(-1)?.replace('CRITICAL ', '') ?? '') as Record<string, unknown>
    expect(seen).toMatchObject({ env: ['HOME', 'LANG', 'PATH'], home: true, mode: ['700', '600'] })
    const walled = { store: ['tap-runs'], neighbours: [], neighbour: 'ENOENT', ofServer: 'ENOENT' }
    const open = { neighbours: [neighbour] }
    expect(seen).toMatchObject(hasWalls() ? walled : open)
  })
})

/** The one that runs now: who has the folder of the snapshot's, and may start programs. */
function connectorProcess(): number {
  const line = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .find((one) => one.includes('--allow-child-process') && one.includes(runs()) && !one.includes('/bin/sh'))
  return Number(line?.trim().split(' ')[0])
}

function hasWalls(): boolean {
  try {
    execFileSync('unshare', [
      ...['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc'],
      ...['mount', '-t', 'tmpfs', 'none', tmpdir()],
    ])
    return true
  } catch {
    return false
  }
}
