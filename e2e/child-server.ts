import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const root = dirname(import.meta.dirname)

export interface ChildServer {
  readonly port: number
  /** Starts it and waits until it answers. */
  start(): Promise<void>
  /** Ends it as an operator would (SIGTERM), or as a power cut would (`kill -9`). */
  stop(how?: 'gracefully' | 'kill -9'): Promise<void>
  /** All that it ever printed. */
  readLog(): string
}

interface ChildOptions {
  readonly name: string
  /** Its module, from the repository's folder. */
  readonly script: string
  /** Chosen before: whoever listens on port 0 instead cannot come back on the same one. */
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** Answers once the server is up. */
  readonly healthPath: string
  readonly logFile: string
}

/** How long a server may take to answer, and to stop, in milliseconds. */
const startLimit = 60_000
const stopLimit = 8_000

/** A server of ours as a process of its own. It dies with this process, however this one ends. */
export function childServer(options: ChildOptions): ChildServer {
  const { name, script, port, env, healthPath, logFile } = options
  let child: ChildProcess | null = null
  mkdirSync(dirname(logFile), { recursive: true })

  async function start(): Promise<void> {
    const log = createWriteStream(logFile, { flags: 'a' })
    const started = spawn(process.execPath, [resolve(root, script)], {
      cwd: root,
      env: { ...inherited(), ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    started.stdout.pipe(log)
    started.stderr.pipe(log)
    const takeAlong = () => started.kill('SIGKILL')
    process.once('exit', takeAlong)
    started.once('exit', () => process.off('exit', takeAlong))
    const deadline = Date.now() + startLimit
    while (!(await isAnswering(`http://127.0.0.1:${port}${healthPath}`))) {
      const hasEnded = started.exitCode !== null || started.signalCode !== null
      if (!hasEnded && Date.now() < deadline) {
        await delay(50)
        continue
      }
      started.kill('SIGKILL')
      throw new Error(`${name} ${hasEnded ? 'ended' : 'did not answer in time'}.\n${readLog().slice(-4_000)}`)
    }
  }

  async function stop(how: 'gracefully' | 'kill -9' = 'gracefully'): Promise<void> {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(how === 'kill -9' ? 'SIGKILL' : 'SIGTERM')
    const timer = setTimeout(() => ending.kill('SIGKILL'), stopLimit)
    await ended
    clearTimeout(timer)
  }

  function readLog(): string {
    return readFileSync(logFile, 'utf8')
  }

  return { port, start, stop, readLog }
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

/** Our own environment without the settings of the product, which would reach the tested servers. */
function inherited(): Record<string, string | undefined> {
  const isSetting = (name: string) => /^(?:BOBBIN_|DEMO_|DATABASE_URL$|NODE_ENV$)/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)))
}
