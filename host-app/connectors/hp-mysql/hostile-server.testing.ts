import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** A packet of a server: its length, its number, its body. */
export function packet(sequence: number, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  const header = Buffer.alloc(4)
  header.writeUIntLE(bytes.length, 0, 3)
  header.writeUInt8(sequence, 3)
  return Buffer.concat([header, bytes])
}

/** A text with its length before it, of up to 250 bytes. */
export const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])

const longPassword = 0x1
export const capabilities = {
  tls: 0x800,
  protocol41: 0x200,
  secureConnection: 0x8000,
  pluginAuth: 0x8_0000,
  usual: longPassword | 0x200 | 0x8000 | 0x8_0000,
}

export const challenge = Buffer.from('abcdefghijklmnopqrst')

/** What a server says first, as a MySQL 8 does. */
export function greeting({
  plugin = 'mysql_native_password',
  flags = capabilities.usual,
  version = '8.0.44',
} = {}): Buffer {
  const low = Buffer.alloc(2)
  low.writeUInt16LE(flags & 0xffff)
  const high = Buffer.alloc(2)
  high.writeUInt16LE(flags >>> 16)
  return packet(
    0,
    Buffer.concat([
      Buffer.from([10]),
      Buffer.from(`${version}\0`),
      Buffer.from([1, 0, 0, 0]),
      challenge.subarray(0, 8),
      Buffer.from([0]),
      low,
      Buffer.from([255, 2, 0]),
      high,
      Buffer.from([21]),
      Buffer.alloc(10),
      challenge.subarray(8),
      Buffer.from([0]),
      Buffer.from(`${plugin}\0`),
    ]),
  )
}

export const ok = (sequence: number) => packet(sequence, Buffer.from([0, 0, 0, 2, 0, 0, 0]))
export const end = (sequence: number, status = 2) =>
  packet(sequence, Buffer.from([0xfe, 0, 0, status & 255, status >> 8]))
export const refusal = (sequence: number, number: number, words: string, state = 'HY000') =>
  packet(
    sequence,
    Buffer.concat([Buffer.from([0xff, number & 255, number >> 8]), Buffer.from(`#${state}${words}`)]),
  )
export const otherPlugin = (sequence: number, plugin: string) =>
  packet(
    sequence,
    Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), challenge, Buffer.from([0])]),
  )

/** A column of texts in UTF-8. */
export const column = (sequence: number) =>
  packet(
    sequence,
    Buffer.concat([
      ...['def', '', '', '', 'name', ''].map(text),
      Buffer.from([0x0c, 45, 0, 255, 0, 0, 0, 253, 0, 0, 0, 0, 0]),
    ]),
  )

type Bytes = Buffer | (() => Iterable<Buffer>)

/** What it says, one part after each word of the client's; the first part without being spoken to. */
export interface HostilePlay {
  readonly says: readonly Bytes[]
}

export interface FakeServer {
  readonly port: number
  /** All that clients have said. */
  readonly heard: () => Buffer
  readonly close: () => void
}

/** A MySQL that means no good, on a port of its own. TLS is not offered: it only hides the same bytes. */
export async function startHostileServer({ says }: HostilePlay): Promise<FakeServer> {
  return startFakeServer((socket) => {
    const parts = [...says]
    const sayNext = () => {
      const part = parts.shift()
      if (part) void say(socket, part)
    }
    sayNext()
    socket.on('data', sayNext)
  })
}

export async function startFakeServer(serve: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>()
  const heard: Buffer[] = []
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => heard.push(bytes))
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    heard: () => Buffer.concat(heard),
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
