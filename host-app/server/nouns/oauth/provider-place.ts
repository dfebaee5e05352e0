import { valuesInForce } from '@bobbin/shared/setting-rules'
import type { Connector } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import { type SourceRow, plainProperties } from '../sources/sources.ts'

/** Where a connector's grants come from: how its provider is spoken to, and on which hosts. */
export interface ProviderPlace {
  readonly slug: string
  readonly provider: OAuthProvider
  /** Undefined where the connector alone says where its endpoints are. */
  readonly hosts: readonly HostPattern[] | undefined
}

/** Null without OAuth. */
export function placeOf({ info, oauth, hosts }: Connector): ProviderPlace | null {
  return oauth ? { slug: info.slug, provider: oauth, hosts } : null
}

/** Of the settings in force, those that the provider's endpoints are made of. */
export function endpointSettingsOf(
  { info, oauth }: Pick<Connector, 'info' | 'oauth'>,
  source: Pick<SourceRow, 'properties'>,
): Record<string, string> {
  const names = oauth?.endpointSettings ?? []
  if (names.length === 0) return {}
  const settings = valuesInForce(info.properties, plainProperties(source))
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? '']))
}
