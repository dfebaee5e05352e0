import { CatalogError } from './catalog-error.ts'
import type { Connection, ConnectionOnly, Connector } from './catalog-types.ts'
import { connectionStatus, ConnectionStatus } from './connection-status.ts'

/** What replies say without the connections that are gone. */
export interface RemovedConnections {
  add(id: string): void
  /** Throws NotFound for one that is gone. */
  sift<Seen extends Connection>(connection: Seen): Seen
  siftAll(connections: Connection[]): Connection[]
  siftConnector(connector: Connector): Connector
}

/**
 * The connections that were removed through this catalog. An answer may have been under way meanwhile, or come out of a
 * cache: it does not bring them back. No other source ever gets their id.
 */
export function rememberRemoved(): RemovedConnections {
  const ids = new Set<string>()
  const isLeft = ({ id }: ConnectionOnly) => !ids.has(String(id))

  function siftConnector(connector: Connector): Connector {
    if (ids.size === 0) return connector
    const { connection, connections } = connector
    const left = connections?.filter(isLeft)
    return {
      ...connector,
      connections: left,
      connection: connection && isLeft(connection) ? connection : speakerOf(left),
    }
  }

  return {
    add: (id) => void ids.add(String(id)),
    sift(connection) {
      if (isLeft(connection)) return { ...connection, connector: siftConnector(connection.connector) }
      throw new CatalogError('NotFound', 'This connection was removed.', { status: 404 })
    },
    siftAll: (connections) =>
      connections
        .filter(isLeft)
        .map((connection) => ({ ...connection, connector: siftConnector(connection.connector) })),
    siftConnector,
  }
}

/** The one that speaks for its connector, as a host chooses it: the newest that works, or else the newest. */
const speakerOf = (connections: ConnectionOnly[] | undefined) =>
  connections?.findLast((one) => connectionStatus(one) === ConnectionStatus.Connected) ?? connections?.at(-1)
