import type { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import type { CatalogAuthorization, CatalogConnection } from '@bobbin/shared/connector-catalog'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Door } from '../../http/door.ts'
import type {
  Authorization,
  Authorizations,
  AuthorizationState,
} from '../../nouns/authorizations/authorizations.ts'
import type { Connection, Connections } from '../../nouns/connections/connections.ts'
import type { OAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import type { PopupLogins } from '../../nouns/tokens/tokens.ts'
import type { Transaction } from '../../store/database.ts'
import { isOffered } from './is-offered.ts'
import type { PageCallers } from './page-callers.ts'
import type { ShownConnectors } from './shown-connector.ts'

/** An id of a source. xkit.js names new connections by what is none, and so do we while there is no source. */
const sourceId = /^[1-9]\d{0,9}$/

/** The source that a page means by the id of a connection; null: none. */
export type SourceOfConnection = (accountId: number, id: string) => Promise<number | null>

export function createSourceOfConnection({
  authorizations,
}: {
  authorizations: Pick<Authorizations, 'find' | 'state'>
}): SourceOfConnection {
  return async (accountId, id) => {
    if (sourceId.test(id)) return Number(id)
    const one = await authorizations.find(accountId, id)
    return one ? (await authorizations.state(one)).sourceId : null
  }
}

/** Connecting as xkit.js does it: in a window of its own, which a one-time token logs in and a socket tells of. */
export function serveOpenedConnections(
  door: Door<typeof catalogEndpoints>,
  {
    callers,
    popupLogins,
    authorizations,
    connections,
    registry,
    oauthClients,
    shown,
    config,
  }: {
    callers: Pick<PageCallers, 'pageOf'>
    popupLogins: Pick<PopupLogins, 'issue'>
    authorizations: Pick<Authorizations, 'create' | 'find' | 'state' | 'noteTold'>
    connections: Pick<Connections, 'list' | 'find' | 'authorizerOf'>
    registry: Pick<Registry, 'find' | 'findBySlug'>
    oauthClients: Pick<OAuthClients, 'reach'>
    shown: ShownConnectors
    config: { readonly url: string }
  },
): void {
  door.write('createOneTimeToken', async ({ request }, tx) => {
    const { token, origin } = callers.pageOf(request)
    return { ott: await popupLogins.issue(tx, token, origin) }
  })

  door.write('createConnection', async ({ request, accountId, params: { slug }, body }, tx) => {
    const info = registry.findBySlug(slug)?.info
    if (!info) throw new AppError('NotFound')
    const existing = await findExisting(tx, accountId, info, body.id)
    if (!existing && !isOffered(info, await oauthClients.reach(accountId, tx))) throw new AppError('NotFound')
    const { token, origin } = callers.pageOf(request)
    const one = await authorizations.create(tx, accountId, {
      type: info.type,
      sourceId: existing && Number(existing.connection.id),
      origin,
      madeBy: token.madeBy,
    })
    const authorization = await viewOf(one, info, await authorizations.state(one, tx), existing, tx)
    return { connection: existing ? again(existing, authorization) : anew(one, info, authorization) }
  })

  door.serve('getAuthorization', async ({ accountId, params: { slug, id } }) => {
    const one = await authorizations.find(accountId, id)
    const info = registry.findBySlug(slug)?.info
    if (!one || !info || info.type !== one.type) throw new AppError('NotFound')
    const state = await authorizations.state(one)
    const existing = state.sourceId === null ? null : await connections.find(accountId, state.sourceId)
    await authorizations.noteTold(one)
    return { authorization: await viewOf(one, info, state, existing) }
  })

  /** The one that is to be authorized anew. Of a connector that an account has once, that is the one which there is. */
  async function findExisting(
    tx: Transaction,
    accountId: number,
    info: ConnectorInfo,
    id: string | undefined,
  ): Promise<Connection | null> {
    if (id !== undefined && sourceId.test(id)) {
      const found = await connections.find(accountId, Number(id), tx)
      if (found?.info.type !== info.type) throw new AppError('NotFound')
      return found
    }
    if (!info.is_single) return null
    return (await connections.list(accountId, { type: info.type, tx })).at(-1) ?? null
  }

  async function viewOf(
    one: Authorization,
    info: ConnectorInfo,
    { status, error }: AuthorizationState,
    existing: Connection | null,
    tx?: Transaction,
  ): Promise<CatalogAuthorization> {
    return {
      id: one.id,
      display_label: existing?.connection.authorization.display_label ?? info.name,
      status,
      ...(error ? { error_code: error.code, error_message: error.message } : {}),
      authorizer: await connections.authorizerOf(one.account_id, info, tx),
      ...(status === 'awaiting_callback'
        ? { authorize_url: `${config.url}/authorizations/${info.slug}/${one.id}/start` }
        : {}),
    }
  }

  function again({ info, connection }: Connection, authorization: CatalogAuthorization): CatalogConnection {
    return { ...connection, authorization, connector: shown(info) }
  }

  /** There is no source yet: it goes by the id of its authorization until it has one. */
  function anew(
    { id }: Authorization,
    info: ConnectorInfo,
    authorization: CatalogAuthorization,
  ): CatalogConnection {
    const [step = 'fully_configured'] = info.steps
    return {
      id,
      enabled: false,
      display_name: info.name,
      authorization,
      step,
      connector: shown(info),
    }
  }
}
