import { createServer, type Server } from 'node:http'
import { listenProblem } from '../server/http/listen.ts'
import { OperatorError } from '../server/ground/operator-error.ts'

export interface LocalServer {
  readonly port: number
  /** Ends open connections too. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1. Rejects when the port is taken. */
export async function listenLocally(server: Server, port: number): Promise<LocalServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** @throws {OperatorError} where somebody listens on it, or we may not. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await (await listenLocally(createServer(), port)).close()
  } catch (error) {
    const problem = listenProblem(error, port, '127.0.0.1')
    throw problem === null ? error : new OperatorError(problem, { cause: error })
  }
}

/** The port itself, or the next one that nobody listens on. With 0, any. */
export async function findFreePort(port: number): Promise<number> {
  for (let candidate = port; candidate < port + 100; candidate++) {
    try {
      const server = await listenLocally(createServer(), candidate)
      await server.close()
      return server.port
    } catch {
      // Taken.
    }
  }
  throw new Error(`No free port from ${port} on.`)
}
