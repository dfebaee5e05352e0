import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Waits until somebody listens on this port of 127.0.0.1, for as long as the process that should has not ended: 9 s at most. */
export async function awaitPort(port, name, server) {
  for (let attempt = 0; attempt < 300 && !server.hasEnded(); attempt++) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    )
    socket.destroy()
    if (isThere) return
    await delay(30)
  }
  throw new Error(`${name} did not start.\n${server.log()}`)
}
