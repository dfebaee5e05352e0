import { writeSync } from 'node:fs'
import process from 'node:process'
import type { DestinationStream } from 'pino'

/** How long a reader that is behind may hold up a line, in milliseconds. */
const patience = 200
/** Between two complaints on standard error, in milliseconds. */
const quiet = 60_000

/**
 * Standard output for the log, a line at a time, written before the next thing is done. A log that cannot be written (a
 * full disk behind it, a reader that hangs) neither ends the server nor holds it up: its lines are lost, and standard
 * error says so. Pino's own destination tries a line again for ever that a full disk refuses.
 */
export function logOutput(
  write: (bytes: Buffer) => number = (bytes) => writeSync(1, bytes),
): DestinationStream {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  let isCut = false
  let toldAt = -Infinity

  function writeWhole(text: string): void {
    const giveUpAt = performance.now() + patience
    for (let rest = Buffer.from(text); rest.length > 0;) {
      try {
        rest = rest.subarray(write(rest))
        isCut = rest.length > 0
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN' || performance.now() > giveUpAt) throw error
        Atomics.wait(sleeper, 0, 0, 5)
      }
    }
  }

  return {
    write(line) {
      try {
        // A line that was lost in its middle does not spoil the next one.
        writeWhole(isCut ? `\n${line}` : line)
      } catch (error) {
        if (toldAt + quiet > performance.now()) return
        toldAt = performance.now()
        complain(`The log cannot be written (${codeOf(error)}); its lines are lost.\n`)
      }
    },
  }
}

function complain(text: string): void {
  try {
    process.stderr.write(text)
  } catch {
    // It may be the same full disk.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
