import { readFileSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'

/*
 * Loaded into a server beside its own code (`--import`). At each SIGUSR2 it writes what the process came to since the one
 * before: the longest pause of its event loop, and the most memory that it held. Linux only.
 */

export interface ProcessFigures {
  /** Milliseconds. */
  longestPause: number
  /** Resident, in bytes: the most, and how much there was at the beginning. */
  memoryPeak: number
  memoryBefore: number
}

const file = process.env['BENCH_WATCH_FILE'] ?? ''
// The resolution is a part of each reading: the least that can be had.
const delay = monitorEventLoopDelay({ resolution: 1 })
let memoryBefore = process.memoryUsage.rss()
delay.enable()

process.on('SIGUSR2', () => {
  const figures: ProcessFigures = { longestPause: delay.max / 1e6, memoryPeak: peak(), memoryBefore }
  writeFileSync(file, JSON.stringify(figures))
  // Forgets the peak.
  writeFileSync('/proc/self/clear_refs', '5')
  memoryBefore = process.memoryUsage.rss()
  delay.reset()
})

function peak(): number {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
}
