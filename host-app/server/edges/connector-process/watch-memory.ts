import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'

/** Milliseconds between two looks: little enough for a process that reads from a fast network. */
const interval = process.platform === 'linux' ? 50 : 500

/**
 * Calls `onTooMuch` once when a process has more resident memory than `limit` bytes, or when all that it has started have,
 * if those are watched, too. Buffers are outside of the heap, so a limit of the heap alone would not do. Returns how to stop
 * watching.
 */
export function watchMemory(
  pid: number,
  limit: number,
  onTooMuch: () => void,
  watchesPrograms = false,
): () => void {
  let isWatching = true
  const stop = () => {
    isWatching = false
    clearInterval(timer)
  }
  const judge = (bytes: number) => {
    if (!isWatching || bytes <= limit) return
    stop()
    onTooMuch()
  }
  const timer = setInterval(() => {
    if (process.platform === 'linux')
      judge(Math.max(residentOnLinux(pid), watchesPrograms ? residentBelow(pid) : 0))
    else residentElsewhere(pid, judge)
  }, interval)
  return stop
}

/** From the kernel's own table, which is not on a disk; 0 when the process has gone. */
function residentOnLinux(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** What all processes that it has started hold, and theirs. */
function residentBelow(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + residentOnLinux(child) + residentBelow(child), 0)
}

/** Of all threads of a process. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function residentElsewhere(pid: number, judge: (bytes: number) => void): void {
  execFile('ps', ['-o', 'rss=', '-p', String(pid)], (_, output) => judge((Number(output) || 0) * 1024))
}
