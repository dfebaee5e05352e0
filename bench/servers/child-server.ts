import { spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ChildServer {
  readonly port: number
  /** What the process has used of its core so far; null where the system does not tell. */
  cpuSeconds(): number | null
  signal(name: NodeJS.Signals): void
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/**
 * Starts a server in a process of its own, so that it has a core of its own, and waits until it answers.
 * What it prints goes to the log file, as an operator would have it.
 */
export async function startServer({
  file,
  port,
  env,
  logFile,
  nodeOptions = [],
  path,
}: {
  file: string
  port: number
  env: Readonly<Record<string, string>>
  logFile: string
  nodeOptions?: readonly string[]
  /** Answers 200 once the server is ready. */
  path: string
}): Promise<ChildServer> {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [...nodeOptions, file], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log, log],
  })
  const exited = once(child, 'exit')
  const hasExited = () => child.exitCode !== null || child.signalCode !== null
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
    process.off('exit', killWithUs)
    if (hasExited()) return
    child.kill(signal)
    const isLate = await Promise.race([exited.then(() => false), sleep(15_000, true, { ref: false })])
    if (isLate) {
      child.kill('SIGKILL')
      await exited
    }
  }

  for (let tries = 0; tries < 300; tries++) {
    if (hasExited()) throw new Error(`${file} ended at once; see ${logFile}.`)
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok)
      return {
        port,
        stop,
        signal: (name) => void child.kill(name),
        cpuSeconds: () => cpuSecondsOf(child.pid!),
      }
    await sleep(50)
  }
  await stop('SIGKILL')
  throw new Error(`${file} did not answer; see ${logFile}.`)
}

/** Linux counts in hundredths of a second. */
function cpuSecondsOf(pid: number): number | null {
  try {
    // The command's name, in brackets, may hold anything; the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return null
  }
}
