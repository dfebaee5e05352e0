import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { methodsWith } from '../../../connectors/auth-methods.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { OAuthClientRow } from './client-row.ts'
import { isUsable, type OAuthClient } from './oauth-client.ts'

/** A source that is to be authorized. */
export interface ToAuthorize {
  readonly account_id: number
  readonly type: string
  /** The client that was chosen for it alone. */
  readonly oauth_client_id: string | null
  /** The client that the flow's token names: no other will do. Absent: it names none. */
  readonly named?: string | null
}

/** Whose clients: an account's own, or the operator's (null), which are there for all accounts. */
export type Owner = number | null

type Row = Pick<OAuthClientRow, 'id' | 'account_id' | 'type' | 'client_id' | 'is_default'>
type About = Pick<ConnectorInfo, 'type' | 'slug' | 'auth_methods'>
type Wanted = Pick<ToAuthorize, 'oauth_client_id' | 'named'>

/** Which clients are there for somebody, at all providers: read once, asked often. */
export interface Reach {
  /** The client by which such a source would be authorized, by its provider's name for it; null: there is none. */
  clientIdOf(info: About, source?: Wanted): string | null
  /** The ways to sign in to such a source that can be used. */
  methodsOf(info: About, source?: Wanted): readonly AuthMethod[]
}

/** Of the rows of a type that an account may use, the one by which the source is to be authorized; undefined: none is. */
export function chooseRow<Found extends Row>(
  rows: readonly Found[],
  owner: Owner,
  { oauth_client_id: chosen, named = null }: Wanted,
): Found | undefined {
  if (named !== null) return rows.find(({ id }) => id === named)
  const own = rows.filter(({ account_id: of }) => of === owner)
  const ofOperator = rows.filter(({ account_id: of }) => of === null)
  const isDefault = ({ is_default: flag }: Row) => flag === 1
  return own.find(({ id }) => id === chosen) ?? own.find(isDefault) ?? ofOperator.find(isDefault)
}

/** `rows`: those that `who` may use; of anybody's, whichever serves. */
export function reachOf(
  rows: readonly Row[],
  who: Owner | 'anybody',
  { registry, settings }: { registry: Pick<Registry, 'find'>; settings: ReadonlyMap<string, OAuthClient> },
): Reach {
  const ofType = Map.groupBy(rows, ({ type }) => type)

  function ofSettings({ type, slug }: Pick<About, 'type' | 'slug'>): OAuthClient | null {
    const client = settings.get(slug)
    const provider = client && registry.find(type)?.oauth
    return provider && isUsable(provider, client) ? client : null
  }

  function clientIdOf(info: About, source: Wanted = { oauth_client_id: null }): string | null {
    const found = ofType.get(info.type) ?? []
    const row = who === 'anybody' ? found[0] : chooseRow(found, who, source)
    if (row) return row.client_id
    return source.named ? null : (ofSettings(info)?.id ?? null)
  }

  return {
    clientIdOf,
    methodsOf: (info, source) => methodsWith(info, clientIdOf(info, source) !== null),
  }
}
