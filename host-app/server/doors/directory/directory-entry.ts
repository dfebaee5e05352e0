import type { DirectoryConnector } from '@bobbin/shared/directory'
import { logoPath } from '@bobbin/shared/logo-path'
import type { ConnectorSummary } from '../../../connectors/connector-summary.ts'

const stages = { alpha: 'alpha', beta: 'beta', released: 'ga', deprecated: 'hidden' } as const

/** A connector as the directory shows it, without what has to be asked for. */
export function directoryEntry(
  info: ConnectorSummary,
  { url }: { url: string },
): Omit<Required<DirectoryConnector>, 'schemas' | 'integrations' | 'has_openint_credentials'> {
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
  }
}
