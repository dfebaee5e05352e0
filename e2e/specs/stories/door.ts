import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A port that passes connections on to a server behind it, or takes them and says nothing. */
export interface Door {
  readonly port: number
  /** For connections from now on; those that got no answer so far never will. */
  becomes(behaviour: Behaviour): void
}

type Behaviour = 'forwards' | 'is silent'

const open: { close(): Promise<void> }[] = []

/** Opens one; on a port of its own unless it must be a certain one. */
export async function openDoor(
  behind: { host: string; port: number | string },
  first: Behaviour,
  port = 0,
): Promise<Door> {
  let behaviour = first
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    if (behaviour === 'is silent') return
    const inner = connect(Number(behind.port), behind.host)
    sockets.add(inner.on('error', () => socket.destroy()))
    socket.pipe(inner).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  })
  return {
    port: (server.address() as AddressInfo).port,
    becomes: (next) => void (behaviour = next),
  }
}

/** Closes all that this test opened. */
export async function closeDoors(): Promise<void> {
  await Promise.all(open.splice(0).map((door) => door.close()))
}
