import { connect, type Socket } from 'node:net'

export interface LoadResult {
  readonly perSecond: number
  /** Milliseconds from a request's first byte to its answer's last. */
  readonly latencies: readonly number[]
  /** Answers that were not 200, by status. */
  readonly refused: ReadonlyMap<number, number>
  /** The answers' bodies, in the order in which they came; only if asked for. */
  readonly bodies: readonly string[]
}

/**
 * Sends prepared requests over keep-alive connections, each connection one at a time, until all are
 * answered. Written on bare sockets so that the generator takes as little as possible of the shared cores.
 */
export async function sendAll({
  port,
  connections,
  requests,
  keepBodies = false,
}: {
  port: number
  connections: number
  requests: readonly Buffer[]
  keepBodies?: boolean
}): Promise<LoadResult> {
  const latencies: number[] = []
  const refused = new Map<number, number>()
  const bodies: string[] = []
  let next = 0
  const sockets = await Promise.all(Array.from({ length: connections }, () => openSocket(port)))
  const start = performance.now()
  await Promise.all(sockets.map((socket) => serve(socket)))
  const seconds = (performance.now() - start) / 1_000
  for (const socket of sockets) socket.destroy()
  return { perSecond: requests.length / seconds, latencies, refused, bodies }

  function serve(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      let sentAt = 0
      let received = ''
      function send(): void {
        const request = requests[next++]
        if (!request) return resolve()
        received = ''
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('data', (chunk: string) => {
        received += chunk
        const status = statusWhenComplete(received)
        if (status === null) return
        latencies.push(performance.now() - sentAt)
        if (status !== 200) refused.set(status, (refused.get(status) ?? 0) + 1)
        if (keepBodies) bodies.push(received.slice(received.indexOf('\r\n\r\n') + 4))
        send()
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('The server closed a connection.')))
      send()
    })
  }
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.setEncoding('latin1')
    socket.once('error', reject)
  })
}

/** The status of an answer that has arrived whole; null until then. */
function statusWhenComplete(text: string): number | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  if (length === undefined) throw new Error(`An answer without a length: ${text.slice(0, 200)}`)
  return text.length >= end + 4 + Number(length) ? Number(text.slice(9, 12)) : null
}
