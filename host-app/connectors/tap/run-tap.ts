import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ConnectorError } from '../connector.ts'
import { leaderScript, wardenScript } from './tap-scripts.ts'

const shell = '/bin/sh'
/** Milliseconds that what has ended may keep us waiting. */
const patience = 10_000

export interface TapProgram {
  /** By its absolute path, with its arguments. */
  readonly command: readonly string[]
  /** The run's own, which is wiped at its end. */
  readonly folder: string
  /** A folder that this one is in: all else in it is out of the tap's sight, where the system allows that. */
  readonly hidden: string | null
  /** Of writable memory that one process of the tap may have: behind the limit on what all of them hold. */
  readonly megabytes: number
  /** Fills the folder, once somebody sees to it that it will be wiped. */
  fill(): Promise<void>
}

export interface RunningTap {
  readonly output: Readable
  readonly log: Readable
  /** Resolves with the exit code, 128 and more for a signal. */
  readonly ended: Promise<number>
  /** Ends all of its processes. Then its output ends, too. */
  kill(): void
  /** Resolves when nothing of it is left: no process, no folder. Ends it first. */
  clear(): Promise<void>
}

/** @throws {ConnectorError} where there is no shell to run it. */
export async function startTap(program: TapProgram): Promise<RunningTap> {
  if (!existsShell()) {
    throw new ConnectorError('CheckFailed', {
      detail: 'Taps need a system with /bin/sh, such as Linux or macOS.',
    })
  }
  const { command, folder, hidden, megabytes, fill } = program
  const [file = ''] = command
  const path = [dirname(file), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  const env = { PATH: '/usr/bin:/bin' }
  const args = [folder, path, String(megabytes), hidden ?? '', ...command]
  // Both in sessions of their own: what is sent to us, or to the group of the one, does not reach the other.
  const leader = spawn(shell, ['-c', leaderScript, 'tap', ...args], {
    env,
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const begin = pipe(leader, 3) as Writable
  const result = pipe(leader, 4) as Readable
  await started(leader)
  const warden = spawn(shell, ['-c', wardenScript, 'tap-warden', String(leader.pid), folder], {
    env,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const leash = warden.stdin
  leash.on('error', () => {})
  const gone = new Promise<'gone'>((resolve) => {
    warden.once('error', () => resolve('gone'))
    warden.once('exit', () => resolve('gone'))
  })
  const ended = exitCodeOf(result)

  const kill = () => {
    leash.end()
    try {
      if (leader.pid !== undefined && leader.exitCode === null && leader.signalCode === null) {
        process.kill(-leader.pid, 'SIGKILL')
      }
    } catch {
      // It has ended.
    }
  }
  async function clear(): Promise<void> {
    kill()
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, patience).unref())])
  }

  try {
    if ((await Promise.race([once(warden.stdout, 'data'), gone])) === 'gone') throw notStarted()
    await fill()
    begin.write('go\n')
  } catch (error) {
    await clear()
    throw error
  }
  return {
    output: leader.stdout as Readable,
    log: leader.stderr as Readable,
    ended,
    kill,
    clear,
  }
}

const existsShell = (): boolean =>
  process.platform !== 'win32' && (process.permission !== undefined || existsSync(shell))

/** A pipe that breaks is told by the end of the process. */
function pipe(child: ChildProcess, number: number): Readable | Writable {
  const found = child.stdio[number] as Readable | Writable
  found.on('error', () => {})
  return found
}

async function started(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw notStarted(cause)
  }
}

function notStarted(cause?: unknown): ConnectorError {
  return new ConnectorError('CheckFailed', { detail: 'The program of the tap could not be started.', cause })
}

/** Written by the leader; where the leader itself was ended, it is as if by SIGKILL. */
async function exitCodeOf(result: Readable): Promise<number> {
  const said = await text(result).catch(() => '')
  const [first = ''] = said.split('\n')
  return /^\d{1,3}$/.test(first) ? Number(first) : 137
}
