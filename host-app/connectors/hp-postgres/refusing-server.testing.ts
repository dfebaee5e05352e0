import { once } from 'node:events'
import type { Server } from 'node:net'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type ConnectorRun } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'
import { int32, message, startHostileServer, type HostilePlay } from './hostile-server.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })

/** For tests: what a server says that refuses: fields by their letters. */
export const refusal = (fields: Readonly<Record<string, string>>) =>
  message(
    'E',
    `${Object.entries({ S: 'FATAL', ...fields })
      .map(([key, text]) => `${key}${text}\0`)
      .join('')}\0`,
  )

export const askForMd5 = message('R', Buffer.concat([int32(5), Buffer.from('salt')]))

/** What comes of a check where such a server answers. */
export async function meet(play: HostilePlay, settings: Record<string, string> = {}): Promise<ConnectorRun> {
  const server = await startHostileServer(play)
  const run = await meetAt(server.port, settings)
  server.close()
  return run
}

export function meetAt(port: number, settings: Record<string, string> = {}): Promise<ConnectorRun> {
  const base = { host: '127.0.0.1', port: String(port), dbname: 'shop', user: 'anna', ssl: 'disable' }
  const all = { ...base, password: 'hunter2 ünd', connect_timeout: '20', ...settings }
  return runConnector(hpPostgres, { ...outbound, settings: all, grant: null })
}

/** Has it listen on a free port of loopback, which is returned. */
export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
