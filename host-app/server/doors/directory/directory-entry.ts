import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { DirectoryConnector } from '@bobbin/shared/directory'
import { logoPath } from '@bobbin/shared/logo-path'
import { connectorSchemas } from './connector-schemas.ts'

const stages = { alpha: 'alpha', beta: 'beta', released: 'ga', deprecated: 'hidden' } as const

/** A connector as the directory shows it, with all that can be asked for. */
export function directoryEntry(
  info: ConnectorInfo,
  { url, oauthClients }: { url: string; oauthClients: Pick<ReadonlyMap<string, unknown>, 'has'> },
): Required<DirectoryConnector> {
  const scopes = info.authorization?.scopes ?? []
  const names = scopes.map(({ scope }) => scope)
  return {
    name: info.slug,
    display_name: info.name,
    logo_url: url + logoPath(info.slug),
    stage: stages[info.stage],
    platforms: ['web'],
    category: info.category,
    auth_type: info.auth_methods[0].type,
    required_scopes: scopes.filter((scope) => scope.is_required).map(({ scope }) => scope),
    openint_default_scopes: names,
    openint_allowed_scopes: names,
    scopes: scopes.map(({ scope, display_name: name = scope, reason }) => ({
      scope,
      display_name: name,
      description: reason,
    })),
    has_openint_credentials: oauthClients.has(info.slug),
    schemas: connectorSchemas(info),
    integrations: [],
  }
}
