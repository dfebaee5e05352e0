import { hostAddress } from '../host-address.ts'
import { createConnect } from '../index.ts'
import { warnUnlessKnown } from '../known-options.ts'
import type {
  CallOptions,
  Catalog,
  CatalogOptions,
  Connection,
  ConnectionQuery,
  Connector,
  Platform,
  WindowOptions,
} from './catalog-types.ts'
import { createEmitter } from './emitter.ts'
import { rememberRemoved } from './removed-connections.ts'
import { createSession } from './session.ts'
import { wizardWindows } from './wizard-windows.ts'

/**
 * The catalog of one host. Nothing is asked before one of its functions is called.
 *
 * @throws TypeError where nothing says where the host is
 */
export function createCatalog(options?: CatalogOptions): Catalog {
  const given = options ?? {}
  warnUnlessKnown('createCatalog', given, 'host connect')
  const host = new URL(hostAddress('host', given.host, import.meta.url))
  const url = host.origin
  const { on, off, emit } = createEmitter()
  const session = createSession(url, emit)
  const removed = rememberRemoved()
  /** As they were last heard of, by slug: a click cannot wait for them. */
  const known = new Map<string, Connector>()

  function learn(connector: Connector): Connector {
    const sifted = removed.siftConnector(connector)
    known.set(sifted.slug, sifted)
    return sifted
  }

  async function getConnection(query: ConnectionQuery, options?: CallOptions): Promise<Connection> {
    const { connection } = await session.ask<{ connection: Connection }>({
      path: connectionPath(query),
      signal: options?.signal,
      isWanted: hasConnection,
    })
    return removed.sift(connection)
  }

  async function getConnector(slug: string, options?: CallOptions): Promise<Connector> {
    const path = `/connectors/${segment(slug)}`
    const { connector } = await session.askAnyhow<{ connector: Connector }>(
      { path, signal: options?.signal, isWanted: (reply) => typeof reply.connector?.slug === 'string' },
      `/platform${path}`,
    )
    return learn(connector)
  }

  async function removeConnection(query: ConnectionQuery, options?: CallOptions): Promise<Connection> {
    const { connection } = await session.ask<{ connection: Connection }>({
      init: { method: 'DELETE' },
      path: connectionPath(query),
      signal: options?.signal,
      // Of several at a slug a second try would remove another one.
      retries: 0,
      isWanted: hasConnection,
    })
    removed.add(connection.id)
    const gone = { ...connection, enabled: false, connector: removed.siftConnector(connection.connector) }
    known.forEach(learn)
    emit('connection:remove', gone)
    return gone
  }

  const windows = wizardWindows({
    connect: given.connect ?? createConnect({ host: url }),
    session,
    read: (id, signal) => getConnection({ id }, { signal }),
    onDone: (connection) => emit('connection:enable', connection),
  })

  function addConnection(
    wanted: Connector | string,
    id?: string | null,
    options?: WindowOptions,
  ): Promise<Connection> {
    const slug = typeof wanted === 'string' ? wanted : wanted?.slug
    const connector = typeof wanted === 'string' ? known.get(slug) : wanted && removed.siftConnector(wanted)
    const { connection, connections = [] } = connector ?? {}
    const named = connections.find((one) => one.id === id)
    const only = connector?.supports_multiple_connections === false && connection?.enabled && connection
    const present = named ?? (only || (isSourceId(id) && { id }))
    if (present) return windows.reconnect(present, options)
    // A host takes a slug for a type as well.
    return windows.add(connector?.type ?? slug, options)
  }

  return {
    domain: host.host,
    url,
    login: (token, tokenCallback) => {
      known.clear()
      return session.login(token, tokenCallback)
    },
    logout: () => {
      known.clear()
      return session.logout()
    },
    isLoggedIn: session.isLoggedIn,
    async getPlatform(options) {
      const { platform } = await session.askAnonymously<{ platform: Platform }>({
        path: '/platform',
        signal: options?.signal,
        isWanted: (reply) => typeof reply.platform?.name === 'string',
      })
      return platform
    },
    async listConnectors(options) {
      const { connectors } = await session.askAnyhow<{ connectors: Connector[] }>(
        {
          path: '/connectors',
          signal: options?.signal,
          isWanted: (reply) => Array.isArray(reply.connectors),
        },
        '/platform/connectors',
      )
      return connectors.map(learn)
    },
    getConnector,
    async listConnections(slug, options) {
      const { connections } = await session.ask<{ connections: Connection[] }>({
        path: `/connections${slug ? `?slug=${encodeURIComponent(slug)}` : ''}`,
        signal: options?.signal,
        isWanted: (reply) => Array.isArray(reply.connections),
      })
      return removed.siftAll(connections)
    },
    getConnection,
    async getConnectionOrConnector(slug, options) {
      const connector = await getConnector(slug, options)
      const { connection } = connector
      return connection ? { ...connection, connector } : { connector }
    },
    async getConnectionToken(query, options) {
      try {
        const { enabled, authorization } = await getConnection(query, options)
        return (enabled && authorization?.access_token) || null
      } catch (error) {
        if ((error as { code?: unknown } | null)?.code === 'NotFound') return null
        throw error
      }
    },
    connect: (connector, options) => addConnection(connector, null, options),
    addConnection,
    reconnect: windows.reconnect,
    removeConnection,
    disconnect: removeConnection,
    on,
    off,
  }
}

const hasConnection = (reply: { connection?: Partial<Connection> }) =>
  typeof reply.connection?.id === 'string'

/** An id of the host: digits. Pages of xkit make ids of their own, which mean nothing here. */
const isSourceId = (id: unknown): id is string => /^[1-9]\d{0,14}$/.test(String(id))

function connectionPath(query: ConnectionQuery): string {
  const given = typeof query === 'string' ? { slug: query } : query
  return 'id' in given ? `/connection/${segment(given.id)}` : `/connections/${segment(given.slug)}`
}

/** A slug or an id in an address. Of dots alone it would be another address. */
function segment(text: string): string {
  if (typeof text === 'string' && /[^.]/.test(text)) return encodeURIComponent(text)
  throw new TypeError('A slug or an id is needed, as a text.')
}
