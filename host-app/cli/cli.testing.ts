import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { freePort } from '../../scripts/free-port.mjs'
import { bundleProcesses } from '../../scripts/bundle-processes.mjs'
import { readConfig } from '../server/config.ts'
import { createCore, type Core } from '../server/core.ts'
import { openTestDisk, type TestDisk } from '../server/testing/disk.testing.ts'
import { createProgram } from './program.ts'
import { runCommand } from './run-command.ts'
import { inShell } from './shell.ts'

/** What a start from the sources runs. */
export const cliSource = fileURLToPath(new URL('cli.ts', import.meta.url))
const shopConnector = fileURLToPath(new URL('../server/testing/shop-connector.testing.ts', import.meta.url))

type Env = Readonly<Record<string, string>>

/** A data folder of its own, the real command line on it, and the real server in a process of its own. */
export interface TestPlace {
  readonly dataDir: string
  /**
   * Runs a command to its end: here, or in a process where there is a disk that only processes see. A process takes
   * thirty times as long, and shows besides how the command begins and ends: `begin` is for that. `input`: what it reads,
   * here alone.
   */
  bobbin(args: readonly string[], env?: Env, input?: string): Promise<CommandResult>
  /** The same with `--json`: what it printed. Throws when it failed. */
  bobbinJson(args: readonly string[], env?: Env): Promise<unknown>
  /** Starts a command as a process. */
  begin(args: readonly string[], env?: Env): RunningCommand
  /** Starts a server, and resolves once it listens. */
  serve(env?: Env, options?: ServeOptions): Promise<TestServer>
  /** Works on the store in this process. */
  withCore<Result>(work: (core: Core) => Promise<Result>, env?: Env): Promise<Result>
  /** A disk at this folder, for all that is run from now on. One in all. */
  mountDisk(folder: string, options: string): Promise<TestDisk>
  close(): Promise<void>
}

export interface ServeOptions {
  readonly env?: Env
  /** A file that the log goes to. */
  readonly log?: string
  /** What the shell does before it becomes the server. */
  readonly shell?: string
}

export interface TestServer {
  readonly url: string
  readonly pid: number
  readonly output: RunningCommand['output']
  /** Asks it to stop; how it ended. */
  stop(): Promise<number | null>
}

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCommand {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  readonly ended: Promise<CommandResult>
  /** Resolves when standard output has what is looked for. */
  printed(isThere: (stdout: string) => boolean): Promise<void>
}

export async function openPlace(settings: Env = {}): Promise<TestPlace> {
  const { cli, main } = await bundleProcesses()
  const dataDir = await mkdtemp(join(tmpdir(), 'bobbin-cli-'))
  const running = new Set<ChildProcess>()
  let disk: TestDisk | undefined
  const key = `k1:${randomBytes(32).toString('base64')}`
  const { NODE_COMPILE_CACHE = '' } = process.env
  const envOf = (more: Env) => ({
    NODE_COMPILE_CACHE,
    BOBBIN_DATA_DIR: dataDir,
    BOBBIN_ENCRYPTION_KEYS: key,
    BOBBIN_PARTNER_ID: 'partner',
    BOBBIN_PARTNER_SECRET: 'a partner secret of a good length',
    BOBBIN_CONNECTORS: shopConnector,
    ...settings,
    ...more,
  })

  function run(
    script: string,
    args: readonly string[],
    env: Env,
    { log, shell = '' }: ServeOptions = {},
  ): RunningCommand {
    const command = [...(disk?.enter ?? []), process.execPath, script, ...args]
    const child = spawn('/bin/sh', ['-c', `${shell} exec "$0" "$@"`, ...command], {
      env: envOf(env),
      stdio: ['ignore', log === undefined ? 'pipe' : openSync(log, 'a'), 'pipe'],
    })
    running.add(child)
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const ended = once(child, 'close').then(([code]: unknown[]) => {
      running.delete(child)
      return { code: typeof code === 'number' ? code : null, ...output }
    })
    return {
      child,
      output,
      ended,
      async printed(isThere) {
        while (!isThere(output.stdout)) {
          const next = await Promise.race([once(child.stdout!, 'data').then(() => null), ended])
          if (next && !isThere(output.stdout)) throw new Error(`It ended: ${next.stdout}${next.stderr}`)
        }
      },
    }
  }

  const bobbin: TestPlace['bobbin'] = (args, env = {}, input = '') =>
    disk ? run(cli, args, env).ended : runHere(args, envOf(env), input)

  return {
    dataDir,
    bobbin,
    begin: (args, env = {}) => run(cli, args, env),
    async bobbinJson(args, env = {}) {
      const { code, stdout, stderr } = await bobbin([...args, '--json'], env)
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout) as unknown
    },
    async serve(env = {}, options = {}) {
      const port = await freePort()
      const server = run(main, [], { PORT: String(port), ...env }, options)
      const url = `http://localhost:${port}`
      while (!server.output.stderr.includes('Bobbin is at')) {
        const next = await Promise.race([once(server.child.stderr!, 'data').then(() => null), server.ended])
        if (next) throw new Error(next.stderr)
      }
      return {
        url,
        pid: server.child.pid ?? 0,
        output: server.output,
        async stop() {
          server.child.kill('SIGTERM')
          return (await server.ended).code
        },
      }
    },
    async withCore(work, env = {}) {
      const core = await createCore(readConfig(envOf(env)), pino({ level: 'silent' }))
      try {
        return await work(core)
      } finally {
        await core.database.close()
      }
    },
    mountDisk: async (folder, options) => (disk = await openTestDisk(folder, options)),
    async close() {
      for (const child of running) child.kill('SIGKILL')
      await disk?.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The same program with the settings and the output of its own. */
async function runHere(args: readonly string[], env: Env, input: string): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' }
  const own = {
    env,
    print: (text: string) => void (output.stdout += text),
    tell: (text: string) => void (output.stderr += text),
    isTerminal: false,
    readInput: () => Promise.resolve(input),
    untilStopped: () => new AbortController().signal,
  }
  const code = await inShell(own, () => runCommand(createProgram(), args))
  return { code, ...output }
}
