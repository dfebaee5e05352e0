import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** Milliseconds between two looks: little enough for a process that reads from a fast network. */
const interval = process.platform === 'linux' ? 50 : 500

/**
 * Calls `onTooMuch` once when a process has more resident memory than `limit` bytes. Buffers are outside
 * of the heap, so a limit of the heap alone would not do. Returns how to stop watching.
 */
export function watchMemory(pid: number, limit: number, onTooMuch: () => void): () => void {
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
    if (process.platform === 'linux') judge(residentOnLinux(pid))
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

function residentElsewhere(pid: number, judge: (bytes: number) => void): void {
  execFile('ps', ['-o', 'rss=', '-p', String(pid)], (_, output) => judge((Number(output) || 0) * 1024))
}
