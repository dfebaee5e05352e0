import { createServer, type Server } from 'node:net'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import { oddReader } from './odd-databases.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })

export function situation(settings: Record<string, string>): Situation {
  return { settings, grant: null, ...outbound }
}

/** As `reader`, without encryption, unless the settings say otherwise. */
export function at(server: { host: string; port: number }, settings: Record<string, string> = {}): Situation {
  const { host, port } = server
  return situation({ host, port: String(port), ssl: 'disable', ...oddReader, ...settings })
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Accepts connections and says nothing. */
export const silentServer = () => listen(createServer((socket) => void socket.on('error', () => {})))

/** Answers whatever it is asked with HTTP. */
export const webServer = () =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    }),
  )
