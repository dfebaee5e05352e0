import type { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import type { CatalogConnection, CatalogConnector, ConnectionOnly } from '@bobbin/shared/connector-catalog'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { ConnectorSummary } from '../../../connectors/connector-summary.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Door } from '../../http/door.ts'
import type { Connection, Connections } from '../../nouns/connections/connections.ts'
import type { OAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { Transaction } from '../../store/database.ts'
import { isOffered } from './is-offered.ts'
import type { SourceOfConnection } from './opened-connections.ts'
import type { ShownConnectors } from './shown-connector.ts'

/** What an account may connect, and what it has connected. */
export function serveConnections(
  door: Door<typeof catalogEndpoints>,
  {
    registry,
    oauthClients,
    connections,
    sourceOf,
    shown,
    browserTokens,
  }: {
    registry: Pick<Registry, 'list' | 'findBySlug'>
    oauthClients: Pick<OAuthClients, 'reach'>
    connections: Connections
    sourceOf: SourceOfConnection
    shown: ShownConnectors
    /** Whether pages may read the access tokens of providers. */
    browserTokens: boolean
  },
): void {
  // What is no longer offered is there for who has it.
  door.serve('listCatalogConnectors', async ({ accountId }) => {
    const ofType = new Map<string, Connection[]>(registry.list().map(({ type }) => [type, []]))
    for (const one of await connections.list(accountId)) ofType.get(one.info.type)?.push(one)
    const all = registry.list().map((info) => ({ info, own: ofType.get(info.type) ?? [] }))
    const reach = await oauthClients.reach(accountId)
    const there = all.filter(({ info, own }) => own.length > 0 || isOffered(info, reach))
    return { connectors: there.map(({ info, own }) => connectorWith(info, own)) }
  })

  door.serve('getCatalogConnector', async ({ accountId, params: { slug } }) => {
    const info = infoOf(slug)
    const own = await connections.list(accountId, { type: info.type })
    const isThere = own.length > 0 || isOffered(info, await oauthClients.reach(accountId))
    if (!isThere) throw new AppError('NotFound')
    return { connector: connectorWith(info, own) }
  })

  door.serve('listConnections', async ({ accountId, query: { slug } }) => {
    const info = slug === undefined ? null : registry.findBySlug(slug)?.info
    // No connector is called so: there is nothing of it.
    if (info === undefined) return { connections: [] }
    const found = await connections.list(accountId, info ? { type: info.type } : {})
    return { connections: found.map((one) => connectionWith(one.info, one.connection)) }
  })

  door.serve('findConnection', async ({ accountId, params: { slug } }) => ({
    connection: await withToken(accountId, await choose(accountId, slug)),
  }))

  door.serve('getConnection', async ({ accountId, params: { id } }) => {
    const sourceId = await sourceOf(accountId, id)
    const found = sourceId === null ? null : await connections.find(accountId, sourceId)
    if (!found) throw new AppError('NotFound')
    return { connection: await withToken(accountId, found) }
  })

  door.write('removeConnectionOf', async ({ accountId, params: { slug } }, tx) => {
    const { connection } = await choose(accountId, slug, tx)
    return { connection: await remove(tx, accountId, connection.id) }
  })

  door.write('removeConnection', async ({ accountId, params: { id } }, tx) => ({
    connection: await remove(tx, accountId, id),
  }))

  function infoOf(slug: string): ConnectorInfo {
    const info = registry.findBySlug(slug)?.info
    if (!info) throw new AppError('NotFound')
    return info
  }

  /** The one that speaks for its connector. */
  async function choose(accountId: number, slug: string, tx?: Transaction): Promise<Connection> {
    const { type } = infoOf(slug)
    const found = speaker(await connections.list(accountId, tx ? { type, tx } : { type }))
    if (!found) throw new AppError('NotFound')
    return found
  }

  async function remove(tx: Transaction, accountId: number, id: string): Promise<CatalogConnection> {
    const { info, connection } = await connections.remove(tx, accountId, Number(id))
    return connectionWith(info, connection)
  }

  /** With the access token of its provider, where the operator hands it to pages and it works. */
  async function withToken(accountId: number, found: Connection): Promise<CatalogConnection> {
    const { info, connection } = found
    if (!browserTokens || !info.steps.includes('oauth') || connection.authorization.status !== 'active') {
      return connectionWith(info, connection)
    }
    const token = await connections.accessToken(accountId, Number(connection.id))
    // To find it may have shown that the grant is dead.
    const now = token === null ? await connections.find(accountId, Number(connection.id)) : found
    if (!now) throw new AppError('NotFound')
    const { authorization } = now.connection
    return connectionWith(info, {
      ...now.connection,
      authorization: token === null ? authorization : { ...authorization, access_token: token },
    })
  }

  function connectorWith(info: ConnectorSummary, own: readonly Connection[]): CatalogConnector {
    const connection = speaker(own)?.connection
    return {
      ...shown(info),
      ...(connection ? { connection } : {}),
      connections: own.map((one) => one.connection),
    }
  }

  function connectionWith(info: ConnectorSummary, connection: ConnectionOnly): CatalogConnection {
    return { ...connection, connector: shown(info) }
  }
}

/** Of several connections the newest that works, or else the newest. */
function speaker(own: readonly Connection[]): Connection | undefined {
  return own.findLast(({ connection }) => connection.authorization.status === 'active') ?? own.at(-1)
}
