import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import type { Socket } from 'node:net'
import { resolve } from 'node:path'
import process from 'node:process'
import type { ChildSetup, FoundModules } from './messages.ts'
import { readableFolders } from './readable-folders.ts'
import { lockedOut } from './snapshot.ts'

export interface ConnectorChild {
  readonly pid: number | null
  /** Where it may write, and start programs; null: nowhere. */
  readonly folder: string | null
  /** The only way in and out. */
  readonly channel: Socket
  /** How it ended, in words. */
  readonly ended: Promise<string>
  hasEnded(): boolean
  /** Whether it keeps the server from ending by itself. */
  hold(isHeld: boolean): void
  /** At once, whatever it is doing. */
  kill(): void
}

const shell = '/bin/sh'

/**
 * Starts as a helper that waits for the server to go, however it goes, and ends the process then. The
 * process itself notices a closed channel, unless a loop keeps it busy. A word instead of the end of
 * the leash means that the process is gone already, and its number perhaps somebody else's.
 */
const leashed = `unset PWD; (read -r word <&4 || kill -9 $$) 3<&- & exec "$0" "$@" 4<&-`

/** What the operator told Node about whom to trust; nothing else of the environment is passed on. */
export const trustSettings = ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'SSL_CERT_FILE', 'SSL_CERT_DIR']

export interface ChildOptions {
  readonly setup: ChildSetup
  /** The file that they start from. */
  readonly snapshot: string
  /** In bytes. */
  readonly memoryLimit: number
  /** Where what it prints goes; nowhere by default. */
  readonly printsTo?: 'stderr' | undefined
}

/** Starts a process; with a folder one that may write there, and start programs. */
export type SpawnChild = (folder?: string) => ConnectorChild

/** Makes the function that starts connector processes; with null one that finds the operator's connectors. */
export function childSpawner(
  { setup, snapshot, memoryLimit, printsTo }: ChildOptions,
  modules: FoundModules | null,
): SpawnChild {
  // By where they really are: following a link takes a right that the processes have not.
  const found = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path))
  const absolute = { ...setup, connectorModules: setup.connectorModules.map(found) }
  const opening = `${JSON.stringify(modules)}\n`
  const commandFor = (folder: string | undefined) => [
    process.execPath,
    '--permission',
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    '--disable-warning=ExperimentalWarning',
    ...(folder === undefined
      ? []
      : [
          '--allow-child-process',
          '--disable-warning=SecurityWarning',
          `--allow-fs-read=${folder}`,
          `--allow-fs-write=${folder}`,
        ]),
    ...lockedOut,
    ...readableFolders(absolute.connectorModules).map((path) => `--allow-fs-read=${path}`),
    // Beside the limit on all memory, which has the first say.
    `--max-old-space-size=${Math.ceil(memoryLimit / 1024 ** 2)}`,
    '--snapshot-blob',
    snapshot,
    // Where the path of a program would be.
    'connector-process',
    JSON.stringify({ ...absolute, folder } satisfies ChildSetup),
  ]
  const isLeashed = existsSync(shell)
  return (folder) => {
    const command = commandFor(folder)
    const [file = '', ...args] = isLeashed ? [shell, '-c', leashed, ...command] : command
    const env = Object.fromEntries(
      trustSettings.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    )
    const printed = printsTo === 'stderr' ? process.stderr : 'ignore'
    // The helper holds the other end of the leash; without one it would be the process's.
    const stdio = ['ignore', printed, printed, 'pipe', ...(isLeashed ? ['pipe' as const] : [])] as const
    // A session of its own: signals of a terminal are the server's to hear.
    const child = spawn(file, args, { env, cwd: '/', stdio: [...stdio], detached: true })
    const channel = child.stdio[3] as Socket
    const leash = child.stdio[4] as Socket | undefined
    // A process that has gone is told by `ended`.
    channel.on('error', () => {})
    leash?.on('error', () => {})
    channel.write(opening)
    const ended = new Promise<string>((resolveEnd) => {
      child.once('error', (error) => resolveEnd(`could not be started: ${error.message}`))
      child.once('exit', (code, signal) => {
        leash?.end('gone\n')
        resolveEnd(signal ? `was ended by ${signal}` : `ended with exit code ${code}`)
      })
    })
    let hasEnded = false
    void ended.then(() => (hasEnded = true))
    return {
      pid: child.pid ?? null,
      folder: folder ?? null,
      channel,
      ended,
      hasEnded: () => hasEnded,
      hold(isHeld) {
        for (const held of [child, channel, leash]) (isHeld ? held?.ref : held?.unref)?.call(held)
      },
      kill: () => void child.kill('SIGKILL'),
    }
  }
}
