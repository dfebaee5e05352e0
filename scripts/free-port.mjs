import { createServer } from 'node:net'
import process from 'node:process'

/**
 * Below the ports that systems hand out by themselves (Linux from 32768, others from 49152): what is handed out to a
 * connection or another server, between the choice of a port and its use, would be the very same one now and then.
 */
const first = 11_000
const count = 10_000

/** Each process has its own hundred to begin with, so that two that choose at once choose differently. */
let next = (process.pid % 100) * 100

/** A port of 127.0.0.1 on which nobody listens, for a server that has to be told one, or that nobody shall be at. */
export async function freePort() {
  for (let tries = 0; tries < count; tries++) {
    const port = first + (next++ % count)
    if (await isFree(port)) return port
  }
  throw new Error(`No port from ${first} to ${first + count - 1} is free.`)
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
