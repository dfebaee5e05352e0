import type { CatalogAuthorization, ConnectionOnly } from '@bobbin/shared/connector-catalog'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Registry } from '../../../connectors/registry.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'
import { AppError } from '../../ground/app-error.ts'
import { isoTime } from '../../ground/iso-time.ts'
import type { Transaction } from '../../store/database.ts'
import type { Checks } from '../checks/checks.ts'
import type { OAuthClients, Reach } from '../oauth-clients/oauth-clients.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { SourceFacts, SourceRow, Sources } from '../sources/sources.ts'
import { infoOfSource } from '../sources/sources.ts'
import { connectionStatus } from './connection-status.ts'

/** A source as a page sees it: its connection, and the connector that it is of. */
export interface Connection {
  readonly info: ConnectorInfo
  readonly connection: ConnectionOnly & { readonly authorization: CatalogAuthorization }
}

/** Sources as connections. One whose type is no longer there has no connector, and is none. */
export interface Connections {
  /** Of a type, or all; oldest first. Never one that is deleted. With `tx`, what the transaction wrote counts. */
  list(accountId: number, options?: { type?: string; tx?: Transaction }): Promise<Connection[]>
  /** Null when there is none, it is another account's, or deleted. */
  find(accountId: number, id: number, tx?: Transaction): Promise<Connection | null>
  /** By whose leave new connections of this connector are authorized. */
  authorizerOf(
    accountId: number,
    info: ConnectorInfo,
    tx?: Transaction,
  ): Promise<CatalogAuthorization['authorizer']>
  /** Deletes the source for good: it is as it was, and no longer enabled. @throws {AppError} NotFound */
  remove(
    tx: Transaction,
    accountId: number,
    id: number,
  ): Promise<{ info: ConnectorInfo; connection: ConnectionOnly }>
  /** The access token of its provider, fresh; null where there is none that works. Never answer it where nobody allowed that. */
  accessToken(accountId: number, id: number): Promise<string | null>
}

export function createConnections({
  registry,
  sources,
  facts,
  checks,
  oauth,
  oauthClients,
}: {
  registry: Pick<Registry, 'find'>
  sources: Pick<Sources, 'list' | 'find' | 'softDelete'>
  facts: Pick<SourceFacts, 'of'>
  checks: Pick<Checks, 'lastOf'>
  oauth: Pick<OAuth, 'accessToken'>
  oauthClients: Pick<OAuthClients, 'reach'>
}): Connections {
  function authorizerIn(reach: Reach, info: ConnectorInfo, source?: Pick<SourceRow, 'oauth_client_id'>) {
    const { slug, name, authorization, steps } = info
    return {
      // Who signs in by a key has nothing to do with it.
      client_id: (steps.includes('oauth') ? reach.clientIdOf(info, source) : null) ?? '',
      prototype: { name: authorization?.provider_name ?? name, slug },
    }
  }

  async function viewAll(
    accountId: number,
    rows: readonly SourceRow[],
    tx?: Transaction,
  ): Promise<Connection[]> {
    const shown = rows.flatMap((row) => {
      const info = row.deleted_at === null ? infoOfSource(registry, row) : undefined
      return info ? [{ row, info }] : []
    })
    const ids = shown.map(({ row }) => row.id)
    const found = await facts.of(
      accountId,
      shown.map(({ row }) => row),
      tx,
    )
    const reach = await oauthClients.reach(accountId, tx)
    const lastChecks = await checks.lastOf(accountId, ids, tx)
    return shown.map(({ row, info }) => {
      const known = found.get(row.id)
      const end = known?.credentials.end ?? null
      const { step, status, problem } = connectionStatus({
        steps: info.steps,
        finished: known?.finished ?? new Set(),
        grant: known?.credentials.oauth?.status ?? null,
        check: lastChecks.get(row.id) ?? null,
      })
      const id = String(row.id)
      const authorization: CatalogAuthorization = {
        id,
        display_label: row.external_account ?? row.display_name,
        status,
        ...(end && { expires_at: isoTime(end.at) }),
        ...(end?.isNear && { reconnect_by: isoTime(end.at) }),
        ...(problem ? { error_code: problem.code, error_message: problem.message } : {}),
        authorizer: authorizerIn(reach, info, row),
      }
      const { display_name } = row
      return {
        info,
        connection: {
          id,
          enabled: true,
          display_name,
          authorization,
          step,
          ...(problem ? { problem } : {}),
        },
      }
    })
  }

  async function find(accountId: number, id: number, tx?: Transaction) {
    const row = await sources.find(accountId, id, tx)
    const [view = null] = row ? await viewAll(accountId, [row], tx) : []
    return view
  }

  return {
    async list(accountId, { type, tx } = {}) {
      const rows = await sources.list(accountId, tx)
      return viewAll(accountId, type === undefined ? rows : rows.filter((row) => row.type === type), tx)
    },
    find,
    authorizerOf: async (accountId, info, tx) => authorizerIn(await oauthClients.reach(accountId, tx), info),

    async remove(tx, accountId, id) {
      const found = await find(accountId, id, tx)
      if (!found) throw new AppError('NotFound')
      await sources.softDelete(tx, accountId, id)
      const { display_name, step } = found.connection
      return { info: found.info, connection: { id: String(id), enabled: false, display_name, step } }
    },

    async accessToken(accountId, id) {
      try {
        return await oauth.accessToken(accountId, id)
      } catch (error) {
        const isGone = error instanceof AppError && error.code === 'SourceNotFound'
        if (isGone || isConnectorError(error)) return null
        throw error
      }
    },
  }
}
