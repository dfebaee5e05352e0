import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { TaskListener } from './connector-runner.ts'
import { trustSettings } from './spawn-child.ts'
import { createTestProcesses } from '../../testing/processes.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

const runner = createTestProcesses({
  connectorModules: [fileURLToPath(new URL('../../testing/rough-connector.testing.ts', import.meta.url))],
  memoryLimit: 256 * 1024 ** 2,
})
afterAll(() => runner.close())

function heard() {
  const heard = { phases: [] as string[], lines: [] as string[], streams: [] as unknown[], unnamed: 0 }
  const listener: TaskListener = {
    phase: (phase) => void heard.phases.push(phase),
    log: (line) => void heard.lines.push(line),
    stream: async (stream) => void heard.streams.push(stream),
    unnamed: () => void (heard.unnamed += 1),
  }
  return { heard, listener }
}

interface Options {
  settings?: Record<string, string>
  signal?: AbortSignal
  listener?: TaskListener
}

function run(act: string, { settings, signal, listener }: Options = {}) {
  return runner.run(
    { type: 'platform.rough', calls: 'check', settings: { act, ...settings }, grant: null },
    listener ?? heard().listener,
    signal ?? AbortSignal.timeout(60_000),
  )
}

describe('a connector process', () => {
  it('checks, names the account and discovers', async () => {
    const { heard: all, listener } = heard()
    expect(await run('works', { listener })).toMatchObject({ externalAccount: 'Acme', discovered: true })
    expect(all).toMatchObject({ phases: ['reading_schema'], streams: [{ stream: 't0' }, {}, {}] })
  })

  it('goes on when the account cannot be named', async () => {
    const { heard: all, listener } = heard()
    expect(await run('is nameless', { listener })).toMatchObject({ externalAccount: null, discovered: true })
    expect(all.unnamed).toBe(1)
  })

  it('tells why the connector failed', async () => {
    await expect(run('says why')).rejects.toMatchObject({
      name: 'ConnectorError',
      code: 'PermissionDenied',
      field: 'act',
      detail: 'Because.',
    })
  })

  it("tells the kind of a bug, and none of its error's text", async () => {
    const error = await run('breaks').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'UnexplainedError', kind: { name: 'TypeError', code: null } })
    expect(JSON.stringify(error)).not.toContain('tok-secret')
  })

  it.each([
    ['exits', /exit code 7/],
    ['throws elsewhere', /RangeError/],
  ])('dies alone when the connector %s', async (act, reason) => {
    await expect(run(act)).rejects.toMatchObject({
      name: 'ConnectorDied',
      message: expect.stringMatching(reason),
    })
  })

  it.each(['hoards buffers', 'hoards objects'])('is ended when the connector %s', async (act) => {
    await expect(run(act)).rejects.toMatchObject({ code: 'AnswerTooLarge' })
  })

  it('hands over a table of 1,600 columns, and refuses what is far larger', async () => {
    const { heard: all, listener } = heard()
    await run('works with a wide table', { settings: { much: '1600' }, listener })
    expect(JSON.stringify(all.streams).length).toBeGreaterThan(500_000)
    await expect(run('works with a wide table', { settings: { much: '30000' } })).rejects.toMatchObject({
      code: 'AnswerTooLarge',
    })
  })

  it('says no more than it may', async () => {
    const { heard: all, listener } = heard()
    await run('floods the log', { listener })
    expect(all.lines).toHaveLength(1_000)
  })

  it.each(['loops for ever', 'never answers', 'heeds its signal'])(
    'holds nobody up when it is stopped while the connector %s',
    async (act) => {
      const stop = new AbortController()
      const ended = run(act, { signal: stop.signal })
      setTimeout(() => stop.abort(new Error('enough')), 700)
      const startedAt = performance.now()
      await expect(ended).rejects.toThrow('enough')
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    },
  )

  it('waits while what it found is being stored', async () => {
    const { listener } = heard()
    const store = Promise.withResolvers<void>()
    let stored = 0
    const stream = () => (++stored === 1 ? store.promise : Promise.resolve())
    const ended = run('works', { settings: { much: '150000' }, listener: { ...listener, stream } })
    await expect.poll(() => stored).toBe(1)
    const before = process.memoryUsage.rss()
    // All of it would be 50 MB, and is found within this time.
    await delay(2_000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(16 * 1024 ** 2)
    store.resolve()
    await ended
    expect(stored).toBe(150_000)
  })

  it('sees code, and nothing else of the machine', async () => {
    const { detail } = (await run('looks around').catch((thrown: unknown) => thrown)) as { detail: string }
    const { env, ...seen } = JSON.parse(detail) as { env: string[] }
    expect(env.filter((name) => !trustSettings.includes(name))).toEqual([])
    expect(seen).toEqual({
      passwd: 'ERR_ACCESS_DENIED',
      cwd: '/',
      dataOfTheServer: 'ERR_ACCESS_DENIED',
      written: 'ERR_ACCESS_DENIED',
      child: 'ERR_ACCESS_DENIED',
      worker: 'ERR_ACCESS_DENIED',
      sqlite: 'ERR_UNKNOWN_BUILTIN_MODULE',
    })
  })

  it('has nothing of the server but its channel, and ends with it, even if a loop keeps it busy', async () => {
    const script = fileURLToPath(new URL('kill-server.testing.ts', import.meta.url))
    const server = mortal(spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] }))
    const [pid] = (await once(server.stdout, 'data')) as [Buffer]
    const child = Number(String(pid))
    expect(isAlive(child)).toBe(true)
    const open = readdirSync(`/proc/${child}/fd`).map((fd) => readlinkSync(`/proc/${child}/fd/${fd}`))
    expect(open.filter((target) => target.startsWith('socket:'))).toHaveLength(1)
    expect(open.filter((target) => target.startsWith('/') && target !== '/dev/null')).toEqual([])
    server.kill('SIGKILL')
    await expect.poll(() => isAlive(child)).toBe(false)
  })
})

/** Whether a process does anything any more: one that nobody has asked about its end yet does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
