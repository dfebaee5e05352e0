import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** A message of a server: its kind, its length, its body. */
export function message(kind: string, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body)
  const header = Buffer.alloc(5)
  header.write(kind)
  header.writeUInt32BE(bytes.length + 4, 1)
  return Buffer.concat([header, bytes])
}

export const int16 = (...values: number[]) =>
  Buffer.concat(values.map((value) => Buffer.from([(value >> 8) & 255, value & 255])))
export const int32 = (...values: number[]) =>
  Buffer.concat(values.map((value) => int16((value >> 16) & 65_535, value & 65_535)))

export const signedIn = Buffer.concat([message('R', int32(0)), message('K', int32(1, 2)), message('Z', 'I')])

/** What it says and when: `first` to whoever comes in, `then` to the first query of one that was let in. */
export interface HostilePlay {
  first?: Bytes
  then?: Bytes
}
/** Said at once, or one after the other for as long as somebody reads. */
type Bytes = Buffer | (() => Iterable<Buffer>)

/**
 * A PostgreSQL that means no good, on a port of its own. TLS is not offered: it only hides the same bytes.
 */
export async function startHostileServer(
  play: HostilePlay,
): Promise<{ port: number; close: () => void; connections: () => number }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    let isIn = false
    socket.on('data', () => {
      const bytes = isIn ? play.then : (play.first ?? signedIn)
      isIn = true
      if (bytes) void say(socket, bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    connections: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function say(socket: Socket, bytes: Bytes): Promise<void> {
  for (const part of typeof bytes === 'function' ? bytes() : [bytes]) {
    if (socket.destroyed) return
    if (!socket.write(part)) await readOrClosed(socket)
  }
}

function readOrClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
